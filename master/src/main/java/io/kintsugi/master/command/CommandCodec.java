package io.kintsugi.master.command;

import io.kintsugi.common.wire.Encodable;
import io.kintsugi.common.wire.FieldWriter;
import io.kintsugi.common.wire.Fields;
import java.util.List;

/**
 * Commands and their outcomes as bytes: what a Raft entry carries and what comes back for it. Malformed bytes and unknown command numbers
 * throw {@link IllegalArgumentException}: a log that can't be read must stop the process, never be passed over.
 */
public final class CommandCodec {
    private CommandCodec() {}

    /** The command's wire number. */
    public static int number(Command command) {
        return CommandFields.number(command);
    }

    public static byte[] encode(Envelope envelope) {
        return write(envelope).toBytes();
    }

    public static Envelope decode(byte[] bytes) {
        return readEnvelope(Fields.parse(bytes));
    }

    public static byte[] encode(Outcome outcome) {
        return write(outcome).toBytes();
    }

    public static Outcome decodeOutcome(byte[] bytes) {
        return readOutcome(Fields.parse(bytes));
    }

    /** The commands of one Raft entry. */
    public static byte[] encodeEntry(List<Envelope> envelopes) {
        return new FieldWriter()
                .records(1, envelopes.stream().map(CommandCodec::write).toList())
                .toBytes();
    }

    public static List<Envelope> decodeEntry(byte[] bytes) {
        return Fields.parse(bytes).records(1, CommandCodec::readEnvelope);
    }

    /** The outcomes of one Raft entry, in the order of its commands. */
    public static byte[] encodeOutcomes(List<Outcome> outcomes) {
        return new FieldWriter()
                .records(1, outcomes.stream().map(CommandCodec::write).toList())
                .toBytes();
    }

    public static List<Outcome> decodeOutcomes(byte[] bytes) {
        return Fields.parse(bytes).records(1, CommandCodec::readOutcome);
    }

    private static Encodable write(Envelope e) {
        return out -> out.text(1, e.requestId())
                .num(2, e.term())
                .num(3, e.stampMillis())
                .text(4, e.requestedBy())
                .num(5, CommandFields.number(e.command()))
                .record(6, body -> CommandFields.write(e.command(), body));
    }

    private static Envelope readEnvelope(Fields in) {
        Fields body = Fields.parse(in.bytes(6));
        return new Envelope(in.text(1), in.num(2), in.num(3), in.text(4), CommandFields.read(in.intNum(5), body));
    }

    private static Encodable write(Outcome o) {
        return out -> out.text(1, o.reason()).text(2, o.message()).num(3, o.value());
    }

    private static Outcome readOutcome(Fields in) {
        return new Outcome(in.text(1), in.text(2), in.num(3));
    }
}
