package io.nefele.table.tenant;

import io.nefele.core.AgentId;
import io.nefele.core.Bytes;
import io.nefele.core.Codec;
import io.nefele.core.Decoder;
import io.nefele.core.Encoder;
import io.nefele.core.FabricName;
import io.nefele.core.MalformedMessage;
import io.nefele.core.Name;
import io.nefele.core.OutsideRules;
import io.nefele.core.ProcessId;
import java.util.List;
import java.util.Optional;

/**
 * One state of something that every agent knows.
 *
 * @param content what it says; its key tells what it is about
 */
public record RegistryEntry(Stamp stamp, Content content) {
  public static final Codec<RegistryEntry> CODEC =
      Codec.of(
          (entry, out) -> out.put(Stamp.CODEC, entry.stamp).put(Content.CODEC, entry.content),
          in -> new RegistryEntry(in.get(Stamp.CODEC), in.get(Content.CODEC)));

  /** What it is about: of two entries with the same key one at most holds. */
  public String key() {
    return content.key();
  }

  /** What an entry says. */
  public sealed interface Content {
    String key();

    Codec<Content> CODEC = Codec.of(Content::encode, Content::decode);

    private static void encode(Content content, Encoder out) {
      switch (content) {
        // Of those without defaults earlier versions know, too.
        case Tenant tenant when tenant.defaults.equals(Defaults.NONE) -> tenant.encode(out.int8(1));
        case Tenant tenant -> tenant.encode(out.int8(6)).put(Defaults.CODEC, tenant.defaults);
        case Claim(var tenant, var name, var owner) ->
            out.int8(2)
                .put(Name.CODEC, tenant)
                .put(Name.CODEC, name)
                .optional(ProcessId.CODEC, owner);
        case Drained(var agent, boolean drained) -> out.int8(3).int64(agent.value()).bool(drained);
        case Outside(var tenant, var rules) ->
            out.int8(4).put(Name.CODEC, tenant).put(OutsideRules.CODEC, rules);
        case Pool(
                var tenant,
                var name,
                boolean removed,
                int min,
                int max,
                int idleMillis,
                var spec) ->
            out.int8(7)
                .put(Name.CODEC, tenant)
                .put(Name.CODEC, name)
                .bool(removed)
                .int32(min)
                .int32(max)
                .int32(idleMillis)
                .bytes(spec);
        // Earlier versions know of names alone.
        case Exposed(
                var agent,
                int port,
                boolean open,
                var tenant,
                int timeoutMillis,
                Behind.Named(var name, boolean web)) ->
            out.int8(5)
                .int64(agent.value())
                .int32(port)
                .bool(open)
                .bool(web)
                .put(Name.CODEC, tenant)
                .put(Name.CODEC, name)
                .int32(timeoutMillis);
        case Exposed(
                var agent,
                int port,
                boolean open,
                var tenant,
                int timeoutMillis,
                Behind.Everybody(var secret)) ->
            out.int8(10)
                .int64(agent.value())
                .int32(port)
                .bool(open)
                .put(Name.CODEC, tenant)
                .int32(timeoutMillis)
                .bytes(secret);
        case OtherFabric(var name, boolean removed, var gateways, var secret) ->
            out.int8(11)
                .put(FabricName.CODEC, name)
                .bool(removed)
                .list(STRING, gateways)
                .bytes(secret);
      }
    }

    private static Content decode(Decoder in) throws MalformedMessage {
      int type = in.int8();
      return switch (type) {
        case 1 -> Tenant.decode(in);
        case 6 -> Tenant.decode(in).with(in.get(Defaults.CODEC));
        case 2 -> new Claim(in.get(Name.CODEC), in.get(Name.CODEC), in.optional(ProcessId.CODEC));
        case 3 -> new Drained(new AgentId(in.int64()), in.bool());
        case 4 -> new Outside(in.get(Name.CODEC), in.get(OutsideRules.CODEC));
        case 5 -> Exposed.named(in);
        case 10 ->
            new Exposed(
                new AgentId(in.int64()),
                in.int32(),
                in.bool(),
                in.get(Name.CODEC),
                in.int32(),
                new Behind.Everybody(in.bytes()));
        case 11 ->
            new OtherFabric(in.get(FabricName.CODEC), in.bool(), in.list(STRING), in.bytes());
        case 7 ->
            new Pool(
                in.get(Name.CODEC),
                in.get(Name.CODEC),
                in.bool(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.bytes());
        default -> throw in.malformed("no entry of the registry has type " + type);
      };
    }
  }

  private static final Codec<String> STRING =
      Codec.of((String value, Encoder out) -> out.string(value), Decoder::string);

  private static final Codec<Integer> INT32 =
      Codec.of((Integer value, Encoder out) -> out.int32(value), Decoder::int32);

  /**
   * A tenant.
   *
   * @param removed whether it is none any more: what was decided of it must not come back from an
   *     agent that was away
   * @param users who may act as it besides the operators: numbers of users, the same on all servers
   * @param quota what it may use
   * @param defaults what is set aside for processes of which their spawn does not say it
   */
  public record Tenant(
      Name name, boolean removed, List<Integer> users, Quota quota, Defaults defaults)
      implements Content {
    public Tenant {
      users = users.stream().sorted().distinct().toList();
    }

    /** Without defaults. */
    public Tenant(Name name, boolean removed, List<Integer> users, Quota quota) {
      this(name, removed, users, quota, Defaults.NONE);
    }

    /** The same with other users. */
    public Tenant withUsers(List<Integer> others) {
      return new Tenant(name, removed, others, quota, defaults);
    }

    /** The same with another quota. */
    public Tenant with(Quota other) {
      return new Tenant(name, removed, users, other, defaults);
    }

    /** The same with other defaults. */
    public Tenant with(Defaults others) {
      return new Tenant(name, removed, users, quota, others);
    }

    private Encoder encode(Encoder out) {
      return out.put(Name.CODEC, name).bool(removed).list(INT32, users).put(Quota.CODEC, quota);
    }

    private static Tenant decode(Decoder in) throws MalformedMessage {
      return new Tenant(in.get(Name.CODEC), in.bool(), in.list(INT32), in.get(Quota.CODEC));
    }

    @Override
    public String key() {
      return keyOf(name);
    }

    static String keyOf(Name tenant) {
      return "tenant " + tenant;
    }
  }

  /** Whether an agent is drained: takes no more processes, and has those moved that can be. */
  public record Drained(AgentId agent, boolean drained) implements Content {
    @Override
    public String key() {
      return keyOf(agent);
    }

    static String keyOf(AgentId agent) {
      return "drained " + agent;
    }
  }

  /**
   * That a name means one process only.
   *
   * @param owner the process; none: nobody has it now
   */
  public record Claim(Name tenant, Name name, Optional<ProcessId> owner) implements Content {
    @Override
    public String key() {
      return keyOf(tenant, name);
    }

    static String keyOf(Name tenant, Name name) {
      return "claim " + tenant + " " + name;
    }
  }

  /** What a tenant may reach outside the fabric; of one that nobody made, too. */
  public record Outside(Name tenant, OutsideRules rules) implements Content {
    @Override
    public String key() {
      return keyOf(tenant);
    }

    static String keyOf(Name tenant) {
      return "outside " + tenant;
    }
  }

  /**
   * A pool of processes behind a name that is as large as there is work for it.
   *
   * @param min how many there are at least
   * @param max how many at most
   * @param idleMillis after how long without a message one of more than {@code min} is ended
   * @param spec what is started, as agents write it
   */
  public record Pool(
      Name tenant, Name name, boolean removed, int min, int max, int idleMillis, Bytes spec)
      implements Content {
    @Override
    public String key() {
      return keyOf(tenant, name);
    }

    static String keyOf(Name tenant, Name name) {
      return "pool " + tenant + " " + name;
    }
  }

  /**
   * What is reached by whoever connects to a port of an agent.
   *
   * @param open whether it still is
   * @param tenant whose names and mailboxes they are
   * @param timeoutMillis for how long a reply is waited
   */
  public record Exposed(
      AgentId agent, int port, boolean open, Name tenant, int timeoutMillis, Behind behind)
      implements Content {

    /** The same, no longer. */
    public Exposed closed() {
      return new Exposed(agent, port, false, tenant, timeoutMillis, behind);
    }

    private static Exposed named(Decoder in) throws MalformedMessage {
      AgentId agent = new AgentId(in.int64());
      int port = in.int32();
      boolean open = in.bool();
      boolean web = in.bool();
      Name tenant = in.get(Name.CODEC);
      Behind behind = new Behind.Named(in.get(Name.CODEC), web);
      return new Exposed(agent, port, open, tenant, in.int32(), behind);
    }

    @Override
    public String key() {
      return "exposed " + agent + " " + port;
    }
  }

  /** What is behind a port that is exposed. */
  public sealed interface Behind {

    /**
     * One of a name at a time: all that comes in is a call of it.
     *
     * @param web whether HTTP is spoken
     */
    record Named(Name name, boolean web) implements Behind {}

    /**
     * All mailboxes of the tenant: it is a gateway for other fabrics.
     *
     * @param secret who sends has to prove that it has that; empty: nobody has to
     */
    record Everybody(Bytes secret) implements Behind {}
  }

  /**
   * How another fabric is reached.
   *
   * @param removed whether it is known no longer
   * @param gateways the base URL of each
   * @param secret what is sent to them is signed with that; empty: it is not
   */
  public record OtherFabric(FabricName name, boolean removed, List<String> gateways, Bytes secret)
      implements Content {
    public OtherFabric {
      gateways = List.copyOf(gateways);
    }

    @Override
    public String key() {
      return keyOf(name);
    }

    static String keyOf(FabricName name) {
      return "fabric " + name;
    }
  }
}
