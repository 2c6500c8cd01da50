package io.kintsugi.master.consensus;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of the Raft group, made by its leader in its own process (a Raft client would go on retrying behind our back). One at a
 * time; what counts
 * is the configuration afterwards, not the answer.
 */
final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final Duration LIMIT =
            Duration.ofSeconds(35); // beyond Raft's own limit of 30 s for a peer that doesn't catch up

    private final RaftNode node;
    private final Duration silence;

    /** @param silence how long a peer must not have answered before another may take its name */
    Membership(RaftNode node, Duration silence) {
        this.node = node;
        this.silence = silence;
    }

    /** Takes former peers of this name, other than {@code keep}, out of the group. They must have fallen silent. */
    synchronized void retire(String name, String keep) {
        List<Peer> now = node.peers();
        List<Peer> former = now.stream()
                .filter(p -> p.name().equals(name) && !p.id().equals(keep))
                .toList();
        if (former.isEmpty()) {
            return;
        }
        for (Peer peer : former) {
            refuseIfAlive(peer);
        }
        List<Peer> rest = now.stream().filter(p -> !former.contains(p)).toList();
        LOG.info("removing {} from the group: {} lost its store", former, name);
        change(SetConfigurationRequest.Mode.COMPARE_AND_SET, rest, now);
        if (node.peers().stream().anyMatch(former::contains)) {
            throw new ConsensusException(
                    "MEMBERSHIP_FAILED", "the group still has " + former + ": it will be tried again");
        }
    }

    /** Adds a peer that runs and holds a seed. */
    synchronized void add(Peer peer) {
        retire(peer.name(), peer.id());
        if (!node.peers().contains(peer)) {
            LOG.info("adding {} to the group", peer);
            change(SetConfigurationRequest.Mode.ADD, List.of(peer), List.of());
        }
        if (!node.peers().contains(peer)) {
            throw new ConsensusException(
                    "MEMBERSHIP_FAILED", "the group doesn't have " + peer + " yet: it will be tried again");
        }
    }

    synchronized void transfer(String name) {
        Peer to = node.peers().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ConsensusException("MEMBERSHIP_FAILED", "no member of the group is named '" + name + "'"));
        try {
            await(node.transferLeadership(RaftNode.raftPeer(to).getId(), LIMIT.toMillis()));
        } catch (IOException e) {
            throw new ConsensusException(
                    "MEMBERSHIP_FAILED", "leadership didn't move to " + name + ": " + e.getMessage(), e);
        }
    }

    private void refuseIfAlive(Peer peer) {
        RoleInfoProto role = node.division().getInfo().getRoleInfoProto();
        long silentMillis = peer.id().equals(node.identity().peerId())
                ? 0
                : role.getLeaderInfo().getFollowerInfoList().stream()
                        .filter(f -> f.getId().getId().toStringUtf8().equals(peer.id()))
                        .mapToLong(f -> f.getLastRpcElapsedTimeMs())
                        .findFirst()
                        .orElse(Long.MAX_VALUE);
        if (silentMillis < silence.toMillis()) {
            throw new ConsensusException(
                    "MEMBER_ALIVE",
                    "the group's member " + peer + " answered " + silentMillis + " ms ago: two masters must not "
                            + "have one name; if that one is gone, this passes within " + silence.toMillis() + " ms");
        }
    }

    private void change(SetConfigurationRequest.Mode mode, List<Peer> next, List<Peer> now) {
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setMode(mode)
                .setServersInNewConf(raftPeers(next))
                .setServersInCurrentConf(raftPeers(now))
                .build();
        try {
            await(node.server()
                    .setConfigurationAsync(new SetConfigurationRequest(
                            node.clientId(), node.server().getId(), node.groupId(), node.nextAdminCall(), arguments)));
        } catch (IOException e) {
            throw new ConsensusException(
                    "MEMBERSHIP_FAILED", "the group could not be changed to " + next + ": " + e.getMessage(), e);
        }
    }

    private static List<RaftPeer> raftPeers(List<Peer> peers) {
        return peers.stream().map(RaftNode::raftPeer).toList();
    }

    private static void await(CompletableFuture<RaftClientReply> reply) throws IOException {
        try {
            RaftNode.check(reply.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | java.util.concurrent.CompletionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + LIMIT.toSeconds() + " s", e);
        }
    }
}
