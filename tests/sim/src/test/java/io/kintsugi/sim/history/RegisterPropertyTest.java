package io.kintsugi.sim.history;

import static io.kintsugi.sim.history.Invocation.ABSENT;
import static io.kintsugi.sim.history.Invocation.NEVER;
import static io.kintsugi.sim.history.Invocation.read;
import static io.kintsugi.sim.history.Invocation.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Long histories, made by chance: what a real register did, and the same with a fault planted. */
class RegisterPropertyTest {
    /** Histories made by a real register are linearizable, whatever overlaps and however many outcomes are unknown. */
    @Property(tries = 100)
    void whatARegisterDoesIsGood(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int clients) {
        assertThat(Register.check(recorded(seed, clients))).isEmpty();
    }

    /** One read changed to an older value than one that was certainly overwritten before it began. */
    @Property(tries = 100)
    void aPlantedStaleReadIsFound(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int clients) {
        List<Invocation> history = new ArrayList<>(recorded(seed, clients));
        long end = history.stream()
                .filter(op -> !op.unknown())
                .mapToLong(Invocation::returned)
                .max()
                .orElseThrow();
        history.add(write(1_000_001, end + 1, end + 2));
        history.add(write(1_000_002, end + 3, end + 4));
        history.add(read(1_000_001, end + 5, end + 6));
        Collections.shuffle(history, new Random(seed));
        assertThat(Register.check(history)).isNotEmpty();
    }

    @Example
    void manyOperationsTakeNoTimeToSpeakOf() {
        assertThat(recorded(7, 8).size()).isGreaterThan(1_000);
        assertThat(Register.check(recorded(7, 8))).isEmpty();
    }

    /** Clients that take turns by chance: each operation takes effect at one step between its begin and its end. */
    private static List<Invocation> recorded(long seed, int clients) {
        Random random = new Random(seed);
        List<Invocation> history = new ArrayList<>();
        long[] invoked = new long[clients];
        long[] effect = new long[clients];
        boolean[] isRead = new boolean[clients];
        boolean[] took = new boolean[clients];
        long value = ABSENT;
        long last = 0;
        for (long now = 1; now < 1_500 + 500L * clients; now++) {
            int c = random.nextInt(clients);
            if (invoked[c] == 0) {
                invoked[c] = now;
                isRead[c] = random.nextBoolean();
                effect[c] = random.nextInt(20) == 0 ? ABSENT : ++last;
                took[c] = false;
            } else if (!took[c]) {
                took[c] = true;
                if (isRead[c]) {
                    effect[c] = value;
                } else {
                    value = effect[c];
                }
            } else {
                boolean unknown = !isRead[c] && random.nextInt(50) == 0;
                history.add(
                        isRead[c]
                                ? read(effect[c], invoked[c], now)
                                : write(effect[c], invoked[c], unknown ? NEVER : now));
                invoked[c] = 0;
            }
        }
        for (int c = 0; c < clients; c++) {
            if (invoked[c] != 0 && !isRead[c]) {
                history.add(write(effect[c], invoked[c], NEVER));
            }
        }
        return history;
    }
}
