package io.nefele.bench.mailbox;

import io.nefele.bench.fabric.BenchFabric;
import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.floor.AeronPingPong;
import io.nefele.bench.floor.ChroniclePingPong;
import io.nefele.bench.floor.SharedPingPong;
import io.nefele.bench.report.Quantity;
import io.nefele.bench.report.Samples;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * What goes through shared memory, ours and others', in turn: between runs a virtual machine
 * changes between two speeds of what one core sees of another, so each has its best run counted.
 */
record InSharedMemory(
    ChroniclePingPong.Result chronicle, AeronPingPong.Result aeron, SharedPingPong.Result ours) {
  private static final int RUNS = 5;

  /**
   * @param count of round trips of {@code bytes}, after {@code warmUp} others, in each run
   */
  static InSharedMemory measure(
      Distribution distribution, BenchFabric fabric, int bytes, int warmUp, int count)
      throws Exception {
    List<InSharedMemory> runs = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      runs.add(
          new InSharedMemory(
              ChroniclePingPong.measure(distribution, bytes, warmUp, count),
              AeronPingPong.measure(distribution, bytes, warmUp, count),
              SharedPingPong.measure(
                  distribution, fabric.client(1), fabric.socket(1), bytes, warmUp, count)));
    }
    return new InSharedMemory(
        new ChroniclePingPong.Result(
            quickest(runs, run -> run.chronicle.roundTrips()),
            most(runs, run -> run.chronicle.rate())),
        new AeronPingPong.Result(
            quickest(runs, run -> run.aeron.roundTrips()), most(runs, run -> run.aeron.rate())),
        new SharedPingPong.Result(
            quickest(runs, run -> run.ours.roundTrips()),
            quickest(runs, run -> run.ours.oneWay()),
            most(runs, run -> run.ours.rate())));
  }

  private static Samples quickest(
      List<InSharedMemory> runs, Function<InSharedMemory, Samples> samples) {
    return runs.stream()
        .map(samples)
        .min(Comparator.comparingDouble(its -> its.median().value()))
        .orElseThrow();
  }

  private static Quantity most(List<InSharedMemory> runs, Function<InSharedMemory, Quantity> rate) {
    return runs.stream().map(rate).max(Comparator.comparingDouble(Quantity::value)).orElseThrow();
  }
}
