package io.kintsugi.master.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import io.kintsugi.common.Clock;
import io.kintsugi.master.command.Command;
import io.kintsugi.master.command.CommandCodec;
import io.kintsugi.master.command.Envelope;
import io.kintsugi.master.command.Outcome;
import io.kintsugi.master.port.ProposalException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private record Submitted(List<Envelope> commands, int bytes, CompletableFuture<Object> reply) {}

    private final Map<Long, Submitted> submitted = new ConcurrentHashMap<>();
    private final AtomicLong nanos = new AtomicLong();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final GroupCommit commit = new GroupCommit(
            thread,
            this::submit,
            new Clock() {
                @Override
                public long millis() {
                    return 5;
                }

                @Override
                public long nanos() {
                    return nanos.get();
                }
            },
            Duration.ofSeconds(10),
            2,
            new MetricRegistry());

    @AfterEach
    void close() {
        commit.close();
        thread.shutdownNow();
    }

    private CompletableFuture<?> submit(long callId, byte[] entry) {
        CompletableFuture<Object> reply = new CompletableFuture<>();
        submitted.put(
                callId,
                new Submitted(EntryCodec.decode(ByteBuffer.wrap(entry), CommandCodec::decode), entry.length, reply));
        return reply;
    }

    private CompletableFuture<Outcome> propose(String id) {
        return commit.propose(id, 0, "test", new Command.Tick());
    }

    private void answer(long callId) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < submitted.get(callId).commands().size(); i++) {
            outcomes.add(Outcome.accepted(callId * 100 + i));
        }
        commit.applied(callId, outcomes);
    }

    private static String reason(CompletableFuture<Outcome> outcome) {
        return outcome.handle((value, failure) -> failure instanceof ProposalException e ? e.reason() : "none")
                .join();
    }

    @Test
    void refusesUnlessItLeads() {
        assertThat(reason(propose("a"))).isEqualTo("NOT_LEADER");
        assertThat(submitted).isEmpty();
    }

    @Test
    void whatComesWhileEntriesAreInFlightSharesTheNext() {
        commit.lead(true);
        CompletableFuture<Outcome> first = propose("a");
        await().until(() -> submitted.size() == 1);
        CompletableFuture<Outcome> second = propose("b");
        await().until(() -> submitted.size() == 2);
        List<CompletableFuture<Outcome>> rest = List.of(propose("c"), propose("d"), propose("e"));
        assertThat(submitted).as("two in flight are the limit").hasSize(2);
        answer(2);
        await().until(() -> submitted.size() == 3);
        assertThat(submitted.get(3L).commands()).extracting(Envelope::requestId).containsExactly("c", "d", "e");
        assertThat(submitted.get(3L).commands())
                .extracting(Envelope::stampMillis)
                .containsOnly(5L);
        answer(3);
        answer(1);
        assertThat(first.join().value()).isEqualTo(100);
        assertThat(second.join().value()).isEqualTo(200);
        assertThat(rest).extracting(o -> o.join().value()).containsExactly(300L, 301L, 302L);
    }

    @Test
    void anEntryHoldsAQuarterMebibyteOrOneLargerCommand() {
        commit.lead(true);
        propose("a");
        await().until(() -> submitted.size() == 1);
        propose("b");
        await().until(() -> submitted.size() == 2);
        for (int i = 0; i < 3; i++) {
            commit.propose("r" + i, 0, "x".repeat(100 << 10), new Command.Tick());
        }
        commit.propose("huge", 0, "x".repeat(300 << 10), new Command.Tick());
        answer(1);
        answer(2);
        await().until(() -> submitted.size() == 4);
        assertThat(submitted.get(3L).bytes()).isLessThanOrEqualTo(GroupCommit.ENTRY_BYTES);
        assertThat(submitted.get(3L).commands()).hasSize(2);
        assertThat(submitted.get(4L).commands()).hasSize(1);
        answer(3);
        await().until(() -> submitted.size() == 5);
        assertThat(submitted.get(5L).commands()).extracting(Envelope::requestId).containsExactly("huge");
    }

    @Test
    void outcomesThatCantBeKnownSaySo() {
        commit.lead(true);
        CompletableFuture<Outcome> refused = propose("a");
        await().until(() -> submitted.size() == 1);
        submitted.get(1L).reply().completeExceptionally(new IllegalStateException("not leader"));
        assertThat(reason(refused)).isEqualTo("UNKNOWN");

        CompletableFuture<Outcome> silent = propose("b");
        await().until(() -> submitted.size() == 2);
        commit.expire();
        assertThat(silent).isNotDone();
        nanos.set(Duration.ofSeconds(10).toNanos());
        commit.expire();
        assertThat(reason(silent)).isEqualTo("UNKNOWN");
        answer(2); // late, and harmless
    }

    @Test
    void losingLeadershipRefusesWhatIsQueuedAndKeepsWhatIsInFlight() {
        commit.lead(true);
        CompletableFuture<Outcome> first = propose("a");
        await().until(() -> submitted.size() == 1);
        CompletableFuture<Outcome> second = propose("b");
        await().until(() -> submitted.size() == 2);
        CompletableFuture<Outcome> queued = propose("c");
        commit.lead(false);
        assertThat(reason(queued)).isEqualTo("NOT_LEADER");
        answer(1); // committed by the next leader, applied here too
        assertThat(first.join().accepted()).isTrue();
        commit.close();
        assertThat(reason(second)).isEqualTo("UNKNOWN");
    }
}
