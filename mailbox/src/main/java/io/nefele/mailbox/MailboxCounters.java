package io.nefele.mailbox;

/**
 * Where all messages are that one boot of an agent has seen.
 *
 * <p>As a sender: {@code sent = accepted + refused + unanswered + inFlight}. As a host: {@code
 * recovered + stored = delivered + pending + deadLettered}.
 *
 * @param sent asked of this agent by its clients
 * @param accepted of those, told to the client as delivered
 * @param refused of those, told as refused
 * @param unanswered of those, told as unreachable: stored or not, nobody here knows
 * @param inFlight of those, not told yet
 * @param recovered found in mailboxes left by an earlier boot
 * @param stored put into mailboxes of this agent
 * @param delivered handed to a receiving client
 * @param pending in mailboxes of this agent now
 * @param deadLettered in a mailbox when it was closed
 */
public record MailboxCounters(
    long sent,
    long accepted,
    long refused,
    long unanswered,
    long inFlight,
    long recovered,
    long stored,
    long delivered,
    long pending,
    long deadLettered) {}
