"""What calls fail of."""


class NefeleError(Exception):
    """What a call failed of, in words for people."""


class Failed(NefeleError):
    """The agent tried and failed."""


class WrongRequest(NefeleError):
    """What was asked for makes no sense."""


class Unreachable(NefeleError):
    """No agent listens there, or it went away and did not come back in time."""


class Refused(NefeleError):
    """No room, over a quota, or not allowed."""


class Partial(NefeleError):
    """Not in time, or only in part."""


class AgentGone(NefeleError):
    """The agent went away while it carried this out: it may have been done or not."""


class ProtocolError(NefeleError):
    """The agent speaks another version of the protocol."""


KINDS = {1: Failed, 2: WrongRequest, 3: Unreachable, 4: Refused, 5: Partial}
