/*
 * The frames between the agent and the init, over a Unix stream socket.
 *
 *   frame    u32 length of what follows, u8 version, u8 type, body
 *   numbers  big-endian, fixed width
 *   string   u32 length, the bytes, one zero byte that the length does not count
 *   list     u32 count, the elements
 *
 * A request of another version, of an unknown type or with a malformed body ends the connection;
 * the processes stay. docs/init-protocol.md says what each frame means.
 *
 * Requests
 *   SPAWN     u64 token, u8 flags, list<string> argv, list<string> env, string cwd,
 *             string stdout, string stderr, and as the flags say, in this order:
 *             IDENTITY u32 uid, u32 gid; LIMITS u32 cpu in thousandths of a core, u64 memory in
 *             bytes, u32 processes; TERMINAL u16 rows, u16 columns; BESIDE u64 token
 *   RELEASE   list<u64> tokens
 *   ABORT     list<u64> tokens
 *   SIGNAL    u64 token, u8 signal, u8 scope
 *   LIST
 *   ACK       list<u64> tokens
 *   SHUTDOWN  u32 grace in milliseconds
 *   INPUT     u64 token, u64 offset, u8 last, u32 length, the bytes
 *   RESIZE    u64 token, u16 rows, u16 columns
 *   MEASURE   list<u64> tokens
 *   DISCARD   list<string> names of output files
 *
 * Events
 *   HELLO     u32 pid of the init as the server knows it, u8 isolation level, u8 powers
 *   GATED     u64 token, u32 pid
 *   STARTED   u64 token, u32 pid, u64 when
 *   FAILED    u64 token, u8 stage, u32 errno
 *   EXITED    u64 token, u8 how, u32 code or signal, u64 when, u64 cpu in microseconds,
 *             u64 largest resident size in bytes, u8 out of memory
 *   TAKEN     u64 token, u64 offset, u8 closed
 *   USAGE     u64 token, u64 cpu in microseconds, u64 resident bytes, u64 bytes to and from disks
 *   MEASURED  (the end of the answer to MEASURE)
 *   LISTED    (the end of the answer to LIST, which is one GATED, STARTED or EXITED per token)
 *
 * The other pids are those of the init's own pid namespace. "when" is microseconds since 1970 on
 * this server's clock.
 */
#ifndef NEFELE_PROTOCOL_H
#define NEFELE_PROTOCOL_H

enum {
    PROTOCOL_VERSION = 2,
    FRAME_BYTES_MAX = 8 * 1024 * 1024, /* above what execve accepts, so that E2BIG is its answer */
};

enum request_type {
    REQUEST_SPAWN = 1,
    REQUEST_RELEASE = 2,
    REQUEST_ABORT = 3,
    REQUEST_SIGNAL = 4,
    REQUEST_LIST = 5,
    REQUEST_ACK = 6,
    REQUEST_SHUTDOWN = 7,
    REQUEST_INPUT = 8,
    REQUEST_RESIZE = 9,
    REQUEST_MEASURE = 10,
    REQUEST_DISCARD = 11,
};

enum event_type {
    EVENT_HELLO = 65,
    EVENT_GATED = 66,
    EVENT_STARTED = 67,
    EVENT_FAILED = 68,
    EVENT_EXITED = 69,
    EVENT_LISTED = 70,
    EVENT_TAKEN = 71,
    EVENT_USAGE = 72,
    EVENT_MEASURED = 73,
};

enum spawn_flag {
    SPAWN_GATED = 1,
    SPAWN_IDENTITY = 2,
    SPAWN_LIMITS = 4,
    SPAWN_INPUT = 8,     /* its standard input is a pipe that INPUT fills; else it is empty */
    SPAWN_TERMINAL = 16, /* its input and output are a terminal of its own */
    SPAWN_BESIDE = 32,   /* in the cgroup, directory, environment and namespaces of a running one */
    SPAWN_OWN = 64,      /* the init's own program, with argv: how ports are tried */
    SPAWN_FLAGS_ALL = 127,
};

/* What cgroups do here. */
enum power {
    POWER_TREE = 1, /* hold a whole tree together, whatever it does */
    POWER_MEMORY = 2,
    POWER_CPU = 4,
    POWER_PIDS = 8,
};

enum signal_scope {
    SCOPE_PROCESS = 0,
    SCOPE_TREE = 1,
};

/* Which step of a launch failed; the errno says how. */
enum stage {
    STAGE_NONE = 0,
    STAGE_RESOURCES = 1,   /* no process could be created */
    STAGE_DIRECTORY = 2,   /* the working directory */
    STAGE_OUTPUT = 3,      /* the files of stdout and stderr */
    STAGE_IDENTITY = 4,    /* uid and gid */
    STAGE_GATE = 5,        /* this kernel does not let the init hold its children */
    STAGE_COMMAND = 6,     /* execve of the command */
    STAGE_INTERPRETER = 7, /* the command is there, the program it names to run it is not */
    STAGE_CLOSING = 8,     /* the init is shutting down */
    STAGE_LIMITS = 9,      /* the cgroup that limits it */
    STAGE_TERMINAL = 10,   /* a terminal, or the pipe of its input */
    STAGE_BESIDE = 11,     /* the process that it was to stand beside does not run */
};

enum ending_kind {
    ENDED_CODE = 0,
    ENDED_SIGNAL = 1,
    ENDED_ABORTED = 2, /* killed at its gate, before its first instruction */
};

enum isolation {
    ISOLATION_NONE = 0,
    ISOLATION_USERNS = 1,
    ISOLATION_FULL = 2,
};

#endif
