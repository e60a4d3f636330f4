"""What is asked for, and what is answered."""

from dataclasses import dataclass, field
from typing import Optional


@dataclass(frozen=True)
class Spec:
    """Processes to start that are the same as each other."""

    command: list
    count: int = 1
    name: Optional[str] = None
    cpu_millis: int = 0
    """Thousandths of a core for each; 0: the tenant's default."""
    memory_bytes: int = 0
    """For each; 0: the tenant's default."""
    resources: list = field(default_factory=list)
    """"NAME=AMOUNT"."""
    constraints: list = field(default_factory=list)
    """As "spread server" or "affinity web@group"."""
    labels: list = field(default_factory=list)
    """"KEY=VALUE"."""
    environment: list = field(default_factory=list)
    """"KEY=VALUE"."""
    directory: Optional[str] = None
    """Absolute; None: the current one."""
    pids: int = 0
    """How many processes and threads each may become; 0: no limit of its own."""
    isolation: str = "none"
    """The least that is good enough: none, userns or full."""
    restart: str = "never"
    """never, on-failure or always; with ":5": so often in a row at most."""
    health: list = field(default_factory=list)
    """A command that is run beside each every 10 s: its exit code 0 says that it is well."""
    reschedule_millis: int = 0
    """After how long a loss of its agent each is started elsewhere; 0: never."""
    bundle: Optional[str] = None
    """What holds the program, shipped to the agent before; None: the servers have it."""
    health_port: int = 0
    """Instead of a command: each is well if it takes connections at this TCP port."""
    health_call: Optional[str] = None
    """Instead of a command: each is well if it answers a call with this text."""
    after: list = field(default_factory=list)
    """Each starts when, for each of these names, somebody well has it."""
    disruptions: int = 0
    """How many of the name may be down at a time because the fabric moves them; 0: it moves none."""


@dataclass(frozen=True)
class Process:
    """What is known of a process. Times are milliseconds since 1970."""

    id: str
    name: Optional[str]
    tenant: str
    command: list
    state: str
    exit_code: Optional[int]
    started_at_millis: int
    state_since_millis: int
    age_millis: int
    """How old this news is."""
    cpu_millis: int
    memory_bytes: int
    group: str
    used_cpu_micros: int
    used_cpu_millis: int
    used_memory_bytes: int
    used_disk_bytes: int
    out_of_memory: bool
    restarts: int
    isolation: str
    health: str
    """starting, healthy or unhealthy; waiting: for those it starts after; empty: it is not checked."""
    labels: list
    """KEY=VALUE."""
    cpu_from: str
    """Who said how much: asked, tenant, history or binary; only what was asked for is a limit, too."""
    memory_from: str


@dataclass(frozen=True)
class Processes:
    """Rows, and the subtrees that did not answer in time."""

    rows: list
    missing: list


@dataclass(frozen=True)
class Message:
    """A message that was taken out of a mailbox. To reply, send to its from_."""

    from_: Optional[str]
    to: str
    topic: str
    payload: bytes
    sent_at_millis: int


@dataclass(frozen=True)
class Receipt:
    """What became of a message in one mailbox: stored, unless failure says why not."""

    id: str
    distance: str
    rtt_micros: int
    took_micros: int
    failure: str


@dataclass(frozen=True)
class Reply:
    """The reply to a call."""

    from_: str
    payload: bytes
    distance: str
    rtt_micros: int
    took_micros: int
    failovers: list
    """Whom the call went to before, and why it went on."""


@dataclass(frozen=True)
class Mailbox:
    """A mailbox of a name, and how far it is."""

    id: str
    distance: str
    rtt_micros: int
