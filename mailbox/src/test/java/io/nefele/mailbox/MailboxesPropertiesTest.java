package io.nefele.mailbox;

import java.time.Duration;
import java.util.function.BiConsumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.ActionChainArbitrary;
import net.jqwik.api.state.Transformer;

/** Order, no copies, nothing lost in silence, whatever the network and the agents do. */
class MailboxesPropertiesTest {

  @Property(tries = 300)
  void promisesHoldUnderLossDuplicationReorderingAndRestarts(
      @ForAll("faulty") ActionChain<Fabric> chain) {
    chain.run().settle();
  }

  @Property(tries = 200)
  void promisesHoldUnderLossDuplicationAndReorderingWhileAllAgentsLive(
      @ForAll("lossy") ActionChain<Fabric> chain) {
    chain.run().settle();
  }

  @Provide
  Arbitrary<ActionChain<Fabric>> lossy() {
    return chain().withMaxTransformations(300);
  }

  @Provide
  Arbitrary<ActionChain<Fabric>> faulty() {
    return chain()
        .withAction(1, number("restart", Fabric.AGENTS, (f, n) -> f.nodes.get(n).restart()))
        .withMaxTransformations(300);
  }

  private static ActionChainArbitrary<Fabric> chain() {
    return ActionChain.startWith(Fabric::new)
        .withAction(8, new Send())
        .withAction(
            4, number("receive", Fabric.MAILBOXES, (f, n) -> f.receive(n, Duration.ofSeconds(1))))
        .withAction(2, number("poll", Fabric.MAILBOXES, (f, n) -> f.receive(n, Duration.ZERO)))
        .withAction(1, number("cancel", 1, (f, n) -> f.cancelReceive()))
        .withAction(10, number("deliver", 8, Fabric::deliverPacket))
        .withAction(2, number("drop", 8, Fabric::dropPacket))
        .withAction(2, number("duplicate", 8, Fabric::duplicatePacket))
        .withAction(10, number("store", Fabric.AGENTS, (f, n) -> f.nodes.get(n).runStore()))
        .withAction(3, number("wait", 400, (f, n) -> f.advance(Duration.ofMillis(n))))
        .withAction(1, number("close", 3 * Fabric.MAILBOXES, MailboxesPropertiesTest::maybeClose));
  }

  /** Mostly nothing, as a closed mailbox makes the rest of a chain dull. */
  private static void maybeClose(Fabric fabric, int number) {
    if (number < Fabric.MAILBOXES) {
      fabric.close(number);
    }
  }

  private static Action<Fabric> number(String name, int bound, BiConsumer<Fabric, Integer> effect) {
    return new Numbered(name, bound, effect);
  }

  private record Numbered(String name, int bound, BiConsumer<Fabric, Integer> effect)
      implements Action.Independent<Fabric> {
    @Override
    public Arbitrary<Transformer<Fabric>> transformer() {
      return Arbitraries.integers()
          .between(0, bound - 1)
          .map(n -> Transformer.mutate(name + " " + n, fabric -> effect.accept(fabric, n)));
    }
  }

  /** Few senders and receivers, so that streams get long. */
  private record Send() implements Action.Independent<Fabric> {
    @Override
    public Arbitrary<Transformer<Fabric>> transformer() {
      return Arbitraries.integers()
          .between(0, Fabric.AGENTS - 1)
          .flatMap(
              agent ->
                  Arbitraries.of(0, 1, 3)
                      .flatMap(
                          mailbox ->
                              Arbitraries.of(100, 1000, 5000)
                                  .map(
                                      millis ->
                                          Transformer.mutate(
                                              "send " + agent + " to " + mailbox,
                                              f ->
                                                  f.send(
                                                      agent,
                                                      mailbox,
                                                      Duration.ofMillis(millis))))));
    }
  }
}
