package io.nefele.bench.mailbox;

import io.nefele.bench.fabric.Distribution;
import io.nefele.bench.floor.ErlangPingPong;
import io.nefele.bench.floor.JGroupsUnicast;
import io.nefele.bench.floor.NatsPingPong;
import io.nefele.bench.floor.PekkoPingPong;
import io.nefele.bench.floor.PingPong;
import io.nefele.bench.floor.PipePingPong;
import io.nefele.bench.report.Row;
import io.nefele.bench.report.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What others take for a round trip on this machine.
 *
 * @param nats if it is installed
 * @param erlang if it is installed
 */
record Peers(
    Samples pipe,
    Samples unix,
    Samples tcp,
    Samples jgroups,
    Samples pekko,
    Optional<Samples> nats,
    Optional<Samples> erlang) {

  /**
   * @param progress is told what is measured
   */
  static Peers measure(
      Distribution distribution, int bytes, int warmUp, int count, Consumer<String> progress)
      throws Exception {
    progress.accept("pipes and sockets");
    Samples pipe = PipePingPong.measure(distribution, bytes, warmUp, count);
    Samples unix = PingPong.measure(distribution, PingPong.Carrier.UNIX, bytes, warmUp, count);
    Samples tcp = PingPong.measure(distribution, PingPong.Carrier.TCP, bytes, warmUp, count);
    progress.accept("JGroups and Pekko");
    Samples jgroups = JGroupsUnicast.measure(distribution, bytes, warmUp, count);
    Samples pekko = PekkoPingPong.measure(distribution, bytes, warmUp, count);
    Optional<Samples> nats = Optional.empty();
    if (NatsPingPong.isInstalled()) {
      progress.accept("NATS");
      nats = Optional.of(NatsPingPong.measure(distribution, bytes, warmUp, count));
    } else {
      progress.accept("nats-server is not installed and is left out");
    }
    Optional<Samples> erlang = Optional.empty();
    if (ErlangPingPong.isInstalled()) {
      progress.accept("Erlang");
      erlang = Optional.of(ErlangPingPong.measure(distribution, bytes, warmUp, count));
    } else {
      progress.accept("Erlang is not installed and is left out");
    }
    return new Peers(pipe, unix, tcp, jgroups, pekko, nats, erlang);
  }

  List<Row> rows() {
    List<Row> rows =
        new ArrayList<>(
            List.of(
                pipe.row("pipe ping-pong, two JVMs", 99),
                unix.row("Unix socket ping-pong, two JVMs", 99),
                tcp.row("TCP ping-pong on loopback, two JVMs", 99),
                jgroups.row("JGroups with its tcp.xml, two JVMs", 99),
                pekko.row("Pekko remoting, actors of two JVMs", 99)));
    nats.ifPresent(samples -> rows.add(samples.row("NATS, two JVMs and its server", 99)));
    erlang.ifPresent(samples -> rows.add(samples.row("Erlang, processes of two nodes", 99)));
    return rows;
  }
}
