package io.kintsugi.datanode.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.kintsugi.datanode.host.Envelope;
import io.kintsugi.datanode.replica.Config;
import io.kintsugi.datanode.replica.Entry;
import io.kintsugi.datanode.replica.Member;
import io.kintsugi.datanode.replica.Message;
import io.kintsugi.datanode.replica.TableDefinition;
import io.kintsugi.proto.Ack;
import io.kintsugi.proto.Append;
import io.kintsugi.proto.ConfirmRead;
import io.kintsugi.proto.KvOp;
import io.kintsugi.proto.LogEntry;
import io.kintsugi.proto.PartitionConfig;
import io.kintsugi.proto.ReadConfirmed;
import io.kintsugi.proto.Reject;
import io.kintsugi.proto.ReplicationMessage;
import io.kintsugi.proto.SeedOffer;
import io.kintsugi.proto.TableDef;
import java.util.Optional;

/** Between the wire's messages and the replica's records. */
public final class Protos {
    private Protos() {}

    public static PartitionConfig config(Config c) {
        PartitionConfig.Builder out = PartitionConfig.newBuilder()
                .setPartition(c.partition())
                .setIndex(c.index())
                .setEpoch(c.epoch())
                .setLeaving(c.leaving())
                .addAllInSync(c.inSync())
                .setPrimary(c.primary())
                .setGeneration(c.generation())
                .setTarget(c.target());
        c.members().forEach(m -> out.addMembers(member(m)));
        if (c.joining() != null) {
            out.setJoining(member(c.joining()));
        }
        if (c.table() != null) {
            out.setTable(table(c.table()));
        }
        return out.build();
    }

    public static Config config(PartitionConfig c) {
        return new Config(
                c.getPartition(),
                c.getIndex(),
                c.hasTable() ? table(c.getTable()) : null,
                c.getEpoch(),
                c.getMembersList().stream().map(Protos::member).toList(),
                c.hasJoining() ? member(c.getJoining()) : null,
                c.getLeaving(),
                c.getInSyncList(),
                c.getPrimary(),
                c.getGeneration(),
                c.getTarget());
    }

    private static TableDef table(TableDefinition t) {
        return TableDef.newBuilder()
                .setId(t.id())
                .setName(t.name())
                .setPartitions(t.partitions())
                .setReplicas(t.replicas())
                .setMinInSync(t.minInSync())
                .setHash(t.hash())
                .setDropped(t.dropped())
                .setCreatedAtMs(t.createdAtMs())
                .setTtlMs(t.ttlMs())
                .build();
    }

    private static TableDefinition table(TableDef t) {
        return new TableDefinition(
                t.getId(),
                t.getName(),
                t.getPartitions(),
                t.getReplicas(),
                t.getMinInSync(),
                t.getHash(),
                t.getDropped(),
                t.getCreatedAtMs(),
                t.getTtlMs());
    }

    private static io.kintsugi.proto.Member member(Member m) {
        return io.kintsugi.proto.Member.newBuilder()
                .setReplica(m.replica())
                .setNode(m.node())
                .setDisk(m.disk())
                .setAddress(m.address())
                .setHttpAddress(m.httpAddress())
                .setLeftEpoch(m.leftEpoch())
                .build();
    }

    private static Member member(io.kintsugi.proto.Member m) {
        return new Member(
                m.getReplica(), m.getNode(), m.getDisk(), m.getAddress(), m.getHttpAddress(), m.getLeftEpoch());
    }

    static ReplicationMessage envelope(Envelope envelope) {
        ReplicationMessage.Builder out = ReplicationMessage.newBuilder()
                .setPartition(envelope.partition())
                .setFrom(envelope.from())
                .setTo(envelope.to())
                .setEpoch(envelope.message().epoch());
        switch (envelope.message()) {
            case Message.Append m -> out.setAppend(append(m));
            case Message.Ack m ->
                out.setAck(Ack.newBuilder()
                        .setIndex(m.index())
                        .setSentAtNanos(m.sentAtNanos())
                        .setLeaseNanos(m.leaseNanos()));
            case Message.Reject m -> out.setReject(reject(m));
            case Message.ConfirmRead m ->
                out.setConfirmRead(ConfirmRead.newBuilder().setRound(m.round()));
            case Message.ReadConfirmed m ->
                out.setReadConfirmed(ReadConfirmed.newBuilder().setRound(m.round()));
            case Message.SeedOffer m ->
                out.setSeedOffer(
                        SeedOffer.newBuilder().setSource(member(m.source())).setNeededIndex(m.neededIndex()));
        }
        return out.build();
    }

    /** Empty for a kind that this version doesn't know. */
    static Optional<Envelope> envelope(ReplicationMessage in) {
        Message message =
                switch (in.getBodyCase()) {
                    case APPEND -> append(in.getEpoch(), in.getAppend());
                    case ACK ->
                        new Message.Ack(
                                in.getEpoch(),
                                in.getAck().getIndex(),
                                in.getAck().getSentAtNanos(),
                                in.getAck().getLeaseNanos());
                    case REJECT -> reject(in.getEpoch(), in.getReject());
                    case CONFIRM_READ ->
                        new Message.ConfirmRead(
                                in.getEpoch(), in.getConfirmRead().getRound());
                    case READ_CONFIRMED ->
                        new Message.ReadConfirmed(
                                in.getEpoch(), in.getReadConfirmed().getRound());
                    case SEED_OFFER ->
                        new Message.SeedOffer(
                                in.getEpoch(),
                                member(in.getSeedOffer().getSource()),
                                in.getSeedOffer().getNeededIndex());
                    case BODY_NOT_SET -> null;
                };
        return message == null
                ? Optional.empty()
                : Optional.of(new Envelope(in.getPartition(), in.getFrom(), in.getTo(), message));
    }

    private static Append append(Message.Append m) {
        Append.Builder out = Append.newBuilder()
                .setPrevEpoch(m.prevEpoch())
                .setPrevIndex(m.prevIndex())
                .setCommitIndex(m.commitIndex())
                .setSentAtNanos(m.sentAtNanos())
                .setFreeUpTo(m.freeUpTo());
        if (m.config() != null) {
            out.setConfiguration(config(m.config()));
        }
        m.entries().forEach(entry -> out.addEntries(entry(entry)));
        return out.build();
    }

    private static Message.Append append(long epoch, Append m) {
        return new Message.Append(
                epoch,
                m.hasConfiguration() ? config(m.getConfiguration()) : null,
                m.getPrevEpoch(),
                m.getPrevIndex(),
                m.getEntriesList().stream().map(Protos::entry).toList(),
                m.getCommitIndex(),
                m.getSentAtNanos(),
                m.getFreeUpTo());
    }

    private static Reject reject(Message.Reject m) {
        Reject.Builder out = Reject.newBuilder().setPrevIndex(m.prevIndex()).setNextIndex(m.nextIndex());
        if (m.config() != null) {
            out.setStoredEpoch(m.epoch()).setConfiguration(config(m.config()));
        }
        return out.build();
    }

    private static Message.Reject reject(long epoch, Reject m) {
        return new Message.Reject(
                epoch, m.getPrevIndex(), m.getNextIndex(), m.hasConfiguration() ? config(m.getConfiguration()) : null);
    }

    private static LogEntry entry(Entry e) {
        return LogEntry.newBuilder()
                .setEpoch(e.epoch())
                .setIndex(e.index())
                .setOp(op(e.op()))
                .setKey(wrap(e.key()))
                .setValue(wrap(e.value()))
                .setClient(e.client())
                .setSequence(e.sequence())
                .setTimeMs(e.timeMs())
                .setExpiresMs(e.expiresMs())
                .build();
    }

    private static Entry entry(LogEntry e) {
        return new Entry(
                e.getEpoch(),
                e.getIndex(),
                op(e.getOp()),
                e.getKey().toByteArray(),
                e.getValue().toByteArray(),
                e.getClient(),
                e.getSequence(),
                e.getTimeMs(),
                e.getExpiresMs());
    }

    /** Without a copy: nobody changes an entry's arrays. */
    private static ByteString wrap(byte[] bytes) {
        return bytes == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(bytes);
    }

    private static KvOp op(Entry.Op op) {
        return switch (op) {
            case NOOP -> KvOp.KV_GET;
            case PUT -> KvOp.KV_PUT;
            case DELETE -> KvOp.KV_DELETE;
            case REFUSED -> KvOp.KV_PUT_IF;
        };
    }

    private static Entry.Op op(KvOp op) {
        return switch (op) {
            case KV_GET -> Entry.Op.NOOP;
            case KV_PUT -> Entry.Op.PUT;
            case KV_DELETE -> Entry.Op.DELETE;
            case KV_PUT_IF -> Entry.Op.REFUSED;
            case KV_MULTI_GET, KV_SCAN, UNRECOGNIZED ->
                throw new IllegalArgumentException("an entry of an operation that this version doesn't know");
        };
    }
}
