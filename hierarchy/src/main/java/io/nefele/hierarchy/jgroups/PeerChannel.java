package io.nefele.hierarchy.jgroups;

import io.nefele.core.AgentBoot;
import io.nefele.core.Bytes;
import io.nefele.core.MalformedMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.util.Util;

/**
 * The datacenter-wide channel for messages from one agent to one other. One lane per peer: flow
 * control blocks only what goes to a slow one.
 */
final class PeerChannel implements Receiver {
  private static final Logger LOG = System.getLogger(PeerChannel.class.getName());
  private static final String NAME = "peers";

  /** Room for one message of the greatest size, and then some, for each peer. */
  private static final long LANE_LIMIT_BYTES = 128L << 20;

  /** What waits for one peer goes in one piece up to this size. */
  private static final int BATCH_BYTES = 32 << 10;

  private final JChannel channel;
  private final GossipView view;
  private final AddressBook book;
  private final GroupListener listener;
  private final ConcurrentMap<AgentBoot, Lane<Bytes>> lanes = new ConcurrentHashMap<>();
  private final Lane<Runnable> viewLane = Lane.ofCalls("nefele peers view", 0);

  /** Used under its own lock. While it is empty what is sent needs no lock. */
  private final EarlyMessages early = new EarlyMessages();

  private volatile boolean anyEarly;

  private final LongAdder malformed = new LongAdder();

  /** How often the book has changed, and how many of these changes are in the view. */
  private final AtomicLong changes = new AtomicLong();

  private volatile long changesInView; // written under viewLock
  private final ReentrantLock viewLock = new ReentrantLock();

  private PeerChannel(JChannel channel, GossipView view, AddressBook book, GroupListener listener) {
    this.channel = channel;
    this.view = view;
    this.book = book;
    this.listener = listener;
    channel.setReceiver(this);
  }

  static PeerChannel open(
      Stacks stacks, SharedServer server, AddressBook book, GroupListener listener)
      throws Exception {
    GossipView view = new GossipView();
    JChannel channel = stacks.peers(new SharedPortTransport(server, book, NAME), view);
    PeerChannel peers = new PeerChannel(channel, view, book, listener);
    channel.connect(NAME);
    return peers;
  }

  /** Takes over who is in the address book; many changes that come together are one. */
  void bookChanged() {
    changes.incrementAndGet();
    viewLane.put(this::takeOverBook, 0);
  }

  private void takeOverBook() {
    if (changesInView == changes.get()) {
      return;
    }
    viewLock.lock();
    try {
      long now = changes.get();
      if (changesInView != now) {
        view.install(book.known());
        changesInView = now;
      }
    } finally {
      viewLock.unlock();
    }
  }

  /** What still waits for {@code peer} meets a closed connection and is dropped there. */
  void forget(AgentBoot peer) {
    lanes.remove(peer);
  }

  /** Sends what has waited for {@code peer}, which is in the book now. */
  void learned(AgentBoot peer) {
    if (anyEarly) {
      synchronized (early) {
        sendEarly(peer);
      }
    }
  }

  private void sendEarly(AgentBoot peer) {
    early.take(peer, System.nanoTime()).forEach(message -> queue(peer, message));
    anyEarly = !early.isEmpty();
  }

  /**
   * Returns whether there was room to queue {@code message}, and {@code to} is known or may still
   * become known.
   */
  boolean send(AgentBoot to, Bytes message) {
    Address address = BootAddress.of(to);
    if (book.knows(address) && !anyEarly) {
      return queue(to, message);
    }
    synchronized (early) {
      if (book.knows(address)) {
        sendEarly(to);
        return queue(to, message);
      }
      boolean kept = !book.isForgotten(address) && early.keep(to, message, System.nanoTime());
      anyEarly = !early.isEmpty();
      // It may have become known meanwhile by somebody who saw that nothing waits.
      if (kept && book.knows(address)) {
        sendEarly(to);
      }
      return kept;
    }
  }

  /** How many messages were none, or were for agents that did not become known. */
  long dropped() {
    synchronized (early) {
      return malformed.sum() + early.dropped(System.nanoTime());
    }
  }

  private boolean queue(AgentBoot to, Bytes message) {
    return lanes
        .computeIfAbsent(
            to,
            peer ->
                new Lane<>(
                    "nefele to " + peer,
                    LANE_LIMIT_BYTES,
                    BATCH_BYTES,
                    messages -> send(peer, messages)))
        .put(message, message.size());
  }

  private void send(AgentBoot to, List<Bytes> messages) {
    // A view that came later would close the connection, with what it has not delivered.
    takeOverBook();
    try {
      channel.send(new BytesMessage(BootAddress.of(to), Parcel.of(messages)));
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "message to " + to + " failed", e);
    }
  }

  void close() {
    Util.close(channel);
  }

  @Override
  public void receive(Message message) {
    AgentBoot from = BootAddress.boot(message.getSrc());
    try {
      listener.peerMessages(from, Parcel.open(Payloads.of(message)));
    } catch (MalformedMessage e) {
      malformed.increment();
    }
  }
}
