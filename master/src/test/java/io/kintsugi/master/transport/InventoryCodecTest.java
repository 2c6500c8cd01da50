package io.kintsugi.master.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.kintsugi.master.plan.rebuild.DamagedManifest;
import io.kintsugi.master.plan.rebuild.NodeAnswer;
import io.kintsugi.proto.ClusterNote;
import io.kintsugi.proto.DiskNote;
import io.kintsugi.proto.InventoryDisk;
import io.kintsugi.proto.InventoryPage;
import io.kintsugi.proto.NodeNote;
import org.junit.jupiter.api.Test;

/** What a datanode's answer is taken for. */
class InventoryCodecTest {
    private static DiskNote note(int id, boolean drained) {
        return DiskNote.newBuilder()
                .setId(id)
                .setUuid("u" + id)
                .setPath("/disk" + id)
                .setDrained(drained)
                .build();
    }

    private static InventoryDisk disk(int id, boolean usable) {
        return InventoryDisk.newBuilder()
                .setId(id)
                .setUuid("u" + id)
                .setPath("/disk" + id)
                .setUsable(usable)
                .build();
    }

    private static InventoryPage.Builder page() {
        return InventoryPage.newBuilder()
                .setComplete(true)
                .setClusterId("c")
                .setGeneration(1)
                .setNote(ClusterNote.newBuilder()
                        .setNode(NodeNote.newBuilder().setId(1))
                        .addDisks(note(1, false))
                        .addDisks(note(2, false))
                        .addDisks(note(3, true))
                        .addDisks(note(4, false)));
    }

    @Test
    void aDiskThatCannotBeUsedIsMissedUnlessItWasEmptied() {
        NodeAnswer answer = InventoryCodec.answer(
                "h:1",
                page().addDisks(disk(1, true))
                        .addDisks(disk(2, false))
                        .addDisks(disk(3, false))
                        .build());
        assertThat(answer.damaged())
                .as("2 can't be opened, 4 isn't presented, 3 was drained")
                .extracting(DamagedManifest::path)
                .containsExactly("/disk2", "/disk4");
    }

    @Test
    void whoIsNotReadyOrWasNeverToldWhoItIsIsABadOne() {
        assertThat(InventoryCodec.answer(
                                "h:1",
                                InventoryPage.newBuilder()
                                        .setReason("NOT_READY")
                                        .build())
                        .error())
                .isEqualTo("ERR_NOT_READY");
        assertThat(InventoryCodec.answer("h:1", page().clearNote().build()).error())
                .isEqualTo("ERR_INVALID_DATA");
    }
}
