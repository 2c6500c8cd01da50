package io.kintsugi.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final World world = new World(3);
    private final Network network = new Network(world);
    private final Process a = new Process(world, "a");
    private final Process b = new Process(world, "b");
    private final List<Integer> heard = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();

    @BeforeEach
    void start() {
        a.start();
        b.start();
        network.quality(new LinkQuality(100_000, 5_000_000, 0.2, 0.2, 0.3, 80_000_000));
        network.breakAfter(Duration.ofSeconds(2).toNanos());
    }

    private <R> Stream.Receiver<R> receiver(String name, java.util.function.Consumer<R> taken) {
        return new Stream.Receiver<>() {
            @Override
            public void received(R message) {
                taken.accept(message);
            }

            @Override
            public void closed() {
                ends.add(name);
            }
        };
    }

    private Stream<Integer, String> open() {
        return network.open(a, b, "message", receiver("a", s -> {}), far -> receiver("b", heard::add));
    }

    @Test
    void aStreamKeepsOrderWhateverTheLinkDoes() {
        Stream<Integer, String> near = open();
        IntStream.range(0, 200).forEach(near::send);
        world.run(LONG);
        assertThat(heard).isEqualTo(IntStream.range(0, 200).boxed().toList());
        near.close();
        world.run(LONG);
        assertThat(ends).containsExactly("b");
    }

    @Test
    void aShortCutOnlyDelaysAStream() {
        Stream<Integer, String> near = open();
        IntStream.range(0, 10).forEach(near::send);
        world.run(Duration.ofMillis(6));
        network.cut("a", "b", true);
        IntStream.range(10, 20).forEach(near::send);
        world.run(Duration.ofMillis(500));
        assertThat(heard).hasSizeLessThan(20);
        network.cut("a", "b", false);
        world.run(LONG);
        assertThat(heard).isEqualTo(IntStream.range(0, 20).boxed().toList());
        assertThat(ends).isEmpty();
    }

    @Test
    void aLongCutBreaksAStreamAtBothEnds() {
        Stream<Integer, String> near = open();
        world.run(LONG);
        network.split("a", "b", true);
        near.send(1);
        world.run(LONG);
        assertThat(heard).isEmpty();
        assertThat(ends).containsExactlyInAnyOrder("a", "b");
        assertThat(near.open()).isFalse();
    }

    @Test
    void aCrashIsToldToTheOtherEndAndARefusalToo() {
        open();
        world.run(LONG);
        b.crash();
        world.run(LONG);
        assertThat(ends).containsExactly("a");
        Stream<Integer, String> again = open();
        world.run(LONG);
        assertThat(again.open()).isFalse();
        assertThat(ends).containsExactly("a", "a");
    }

    @Test
    void callsAreAnsweredRefusedOrTimeOut() {
        network.quality(LinkQuality.GOOD);
        CompletableFuture<String> answered = call();
        world.run(Duration.ofSeconds(1));
        assertThat(answered).isCompletedWithValue("yes");
        network.cut("b", "a", true);
        CompletableFuture<String> lost = call();
        world.run(Duration.ofSeconds(1));
        assertThat(lost.exceptionNow()).isInstanceOf(TimeoutException.class);
        network.heal();
        b.crash();
        CompletableFuture<String> refused = call();
        world.run(Duration.ofSeconds(1));
        assertThat(refused.exceptionNow()).isInstanceOf(Network.Refused.class);
    }

    private CompletableFuture<String> call() {
        return network.call(a, b, "call", 500_000_000, () -> CompletableFuture.completedFuture("yes"));
    }

    @Test
    void datagramsToOneThatIsPausedComeLate() {
        network.quality(LinkQuality.GOOD);
        b.pause();
        network.datagram(a, b, "ping", () -> heard.add(1));
        world.run(Duration.ofSeconds(1));
        assertThat(heard).isEmpty();
        b.resume();
        world.run(Duration.ofSeconds(1));
        assertThat(heard).containsExactly(1);
    }
}
