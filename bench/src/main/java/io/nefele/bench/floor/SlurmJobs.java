package io.nefele.bench.floor;

import io.nefele.bench.BenchFailure;
import io.nefele.bench.fabric.Run;
import io.nefele.bench.report.Quantity;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How many jobs a second Slurm starts and ends on this machine: one controller, one node, nobody
 * asks who anybody is, nothing is written about jobs that have ended.
 */
public final class SlurmJobs {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
  private static final Duration RUN_LIMIT = Duration.ofMinutes(5);
  private static final long POLL_MILLIS = 50;

  private final Path directory;

  private SlurmJobs(Path directory) {
    this.directory = directory;
  }

  /**
   * Runs {@code program} that many times as one array of jobs; empty if this machine has no Slurm.
   *
   * @param atOnce how many jobs may run at any time
   */
  public static Optional<Quantity> perSecond(String program, int jobs, int atOnce)
      throws IOException, InterruptedException, BenchFailure {
    if (!InstalledProgram.areInstalled("slurmctld", "slurmd", "sbatch", "squeue", "sinfo")) {
      return Optional.empty();
    }
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "nefele-bench-");
    try {
      SlurmJobs slurm = new SlurmJobs(directory);
      slurm.configure(atOnce);
      try (InstalledProgram controller = slurm.start("slurmctld");
          InstalledProgram node = slurm.start("slurmd")) {
        slurm.awaitNode();
        return Optional.of(slurm.run(program, jobs));
      }
    } finally {
      PartnerJvm.deleteTree(directory);
    }
  }

  private void configure(int atOnce) throws IOException, InterruptedException, BenchFailure {
    String host = Run.of(List.of("hostname", "-s"), Map.of(), CALL_LIMIT).output().strip();
    Files.createDirectories(directory.resolve("controller"));
    Files.createDirectories(directory.resolve("node"));
    Files.writeString(
        directory.resolve("slurm.conf"),
        String.format(
            Locale.ROOT,
            """
        ClusterName=bench
        SlurmctldHost=%1$s(127.0.0.1)
        AuthType=auth/none
        CredType=cred/none
        SlurmUser=%2$s
        SlurmdUser=%2$s
        SlurmctldPort=%3$d
        SlurmdPort=%4$d
        StateSaveLocation=%5$s/controller
        SlurmdSpoolDir=%5$s/node
        SlurmctldPidFile=%5$s/controller.pid
        SlurmdPidFile=%5$s/node.pid
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        SelectType=select/cons_tres
        SelectTypeParameters=CR_CPU
        SlurmdParameters=config_overrides
        MpiDefault=none
        MaxJobCount=20000
        MaxArraySize=5001
        SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,default_queue_depth=10000
        JobCompType=jobcomp/none
        AccountingStorageType=accounting_storage/none
        NodeName=%1$s NodeAddr=127.0.0.1 CPUs=%6$d State=UNKNOWN
        PartitionName=bench Nodes=%1$s Default=YES MaxTime=INFINITE State=UP
        """,
            host,
            System.getProperty("user.name"),
            freePort(),
            freePort(),
            directory,
            atOnce));
  }

  /** It was free a moment ago. */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private InstalledProgram start(String daemon) throws IOException, BenchFailure {
    ProcessBuilder builder =
        new ProcessBuilder(InstalledProgram.path(daemon), "-D", "-c")
            .redirectOutput(Redirect.DISCARD)
            .redirectError(Redirect.DISCARD);
    builder.environment().putAll(environment());
    return InstalledProgram.start(builder);
  }

  private void awaitNode() throws IOException, InterruptedException, BenchFailure {
    long begin = System.nanoTime();
    while (!call("sinfo", "-h", "-o", "%T").output().strip().equals("idle")) {
      if (System.nanoTime() - begin > READY_LIMIT.toNanos()) {
        throw new BenchFailure("slurm was not ready within " + READY_LIMIT.toSeconds() + " s");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private Quantity run(String program, int jobs)
      throws IOException, InterruptedException, BenchFailure {
    long begin = System.nanoTime();
    call("sbatch", "-o", "/dev/null", "--array=1-" + jobs, "--wrap", program).orFail("sbatch");
    while (!call("squeue", "-h").orFail("squeue").output().isBlank()) {
      if (System.nanoTime() - begin > RUN_LIMIT.toNanos()) {
        throw new BenchFailure("slurm did not run all within " + RUN_LIMIT.toSeconds() + " s");
      }
      Thread.sleep(POLL_MILLIS);
    }
    return Quantity.perSecond(jobs / ((System.nanoTime() - begin) / 1e9));
  }

  private Run call(String... words) throws IOException, InterruptedException, BenchFailure {
    return Run.of(List.of(words), environment(), CALL_LIMIT);
  }

  private Map<String, String> environment() {
    return Map.of("SLURM_CONF", directory.resolve("slurm.conf").toString());
  }
}
