package io.kintsugi.bench.baseline;

import io.kintsugi.bench.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** A Raft group of Ratis servers in this JVM whose state machine does nothing: one entry a request, submitted at the leader. */
public final class BareRatis implements AutoCloseable {
    private final RaftGroupId group = RaftGroupId.valueOf(UUID.randomUUID());
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final List<RaftServer> servers = new ArrayList<>();
    private final RaftServer leader;
    private final Message message;

    /**
     * @param raftPorts a port a server, on 127.0.0.1
     * @param settings of the server with this number, storage directory, host and port included
     * @param entryBytes size of each entry's payload
     */
    public BareRatis(List<Integer> raftPorts, IntFunction<RaftProperties> settings, int entryBytes) {
        message = Message.valueOf(ByteString.copyFrom(new byte[entryBytes]));
        List<RaftPeer> peers = new ArrayList<>();
        for (int i = 0; i < raftPorts.size(); i++) {
            peers.add(RaftPeer.newBuilder()
                    .setId("bare" + i)
                    .setAddress("127.0.0.1:" + raftPorts.get(i))
                    .build());
        }
        try {
            for (int i = 0; i < peers.size(); i++) {
                RaftServer server = RaftServer.newBuilder()
                        .setServerId(RaftPeerId.valueOf("bare" + i))
                        .setGroup(RaftGroup.valueOf(group, peers))
                        .setOption(RaftStorage.StartupOption.FORMAT)
                        .setStateMachine(new Nothing())
                        .setProperties(settings.apply(i))
                        .build();
                servers.add(server);
                server.start();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("starting bare Ratis", e);
        }
        leader = Waiting.await(
                "bare Ratis to have a leader", Duration.ofSeconds(30), Duration.ofMillis(20), this::ready);
    }

    private static final class Nothing extends BaseStateMachine {
        @Override
        public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
            RaftProtos.LogEntryProto entry = transaction.getLogEntry();
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            return CompletableFuture.completedFuture(Message.EMPTY);
        }
    }

    /** One entry, committed and applied at the leader. */
    public CompletableFuture<?> submit() {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(leader.getId())
                .setGroupId(group)
                .setCallId(calls.incrementAndGet())
                .setMessage(message)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            return leader.submitClientRequestAsync(request).thenAccept(reply -> {
                if (!reply.isSuccess()) {
                    throw new CompletionException(reply.getException());
                }
            });
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Optional<RaftServer> ready() {
        return servers.stream()
                .filter(s -> {
                    try {
                        return s.getDivision(group).getInfo().isLeaderReady();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .findFirst();
    }

    @Override
    public void close() {
        for (RaftServer server : servers) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
