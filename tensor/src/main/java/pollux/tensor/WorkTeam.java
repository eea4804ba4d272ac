package pollux.tensor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Persistent threads that take part with the caller. Parts are claimed one by one, so a core that
 * is busy elsewhere delays only the part that it holds: the others, and the caller, do the rest.
 *
 * <p>Which thread runs a part is open; let what a part computes depend on its index alone, and let
 * the number of parts come from the work and not from {@link #threads}: then results are the same
 * for any team.
 *
 * <p>Between runs a thread spins shortly, since the next layer of a model follows within
 * microseconds while waking a parked thread takes tens of them, then parks. Runs from several
 * threads follow one another; a part cannot start a run of its own team.
 */
public final class WorkTeam implements AutoCloseable {
  private static final long SPIN_NANOS = 50_000;
  private static final int PAUSES_PER_LOOK = 32;

  /** One run. A thread that comes late finds all parts claimed, whatever has happened since. */
  private static final class Job {
    static final VarHandle NEXT = field("next", int.class);
    static final VarHandle DONE = field("done", int.class);
    static final VarHandle FAILURE = field("failure", Throwable.class);

    final int parts;
    final IntConsumer body;
    final Thread caller;
    volatile int next;
    volatile int done;
    volatile boolean callerParks;
    volatile @Nullable Throwable failure;

    Job(int parts, IntConsumer body, Thread caller) {
      this.parts = parts;
      this.body = body;
      this.caller = caller;
    }

    private static VarHandle field(String name, Class<?> type) {
      try {
        return MethodHandles.lookup().findVarHandle(Job.class, name, type);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    void takePart() {
      while (next < parts) {
        int part = (int) NEXT.getAndAdd(this, 1);
        if (part >= parts) {
          return;
        }
        try {
          if (failure == null) {
            body.accept(part);
          }
        } catch (Throwable t) { // of any kind: the caller throws it again
          FAILURE.compareAndSet(this, null, t);
        }
        if ((int) DONE.getAndAdd(this, 1) + 1 == parts && callerParks) {
          LockSupport.unpark(caller);
        }
      }
    }

    void awaitOthers(boolean spin) {
      if (spin) {
        long until = System.nanoTime() + SPIN_NANOS;
        while (done < parts && System.nanoTime() < until) {
          pause();
        }
      }
      if (done < parts) {
        callerParks = true;
        while (done < parts) {
          LockSupport.park(this);
        }
      }
    }
  }

  private final class Member extends Thread {
    private @Nullable Job seen;
    volatile boolean parks;

    Member(String name) {
      super(name);
      setDaemon(true);
    }

    boolean belongsTo(WorkTeam team) {
      return WorkTeam.this == team;
    }

    @Override
    public void run() {
      while (true) {
        Job job = awaitJob();
        if (closed) {
          return;
        }
        seen = job;
        if (job != null) {
          job.takePart();
        }
      }
    }

    private @Nullable Job awaitJob() {
      if (spins) {
        long until = System.nanoTime() + SPIN_NANOS;
        while (current == seen && !closed && System.nanoTime() < until) {
          pause();
        }
      }
      if (current == seen && !closed) {
        parks = true;
        while (current == seen && !closed) {
          LockSupport.park(WorkTeam.this);
          Thread.interrupted(); // nobody has a reason to interrupt a member; do not spin on it
        }
        parks = false;
      }
      return current;
    }
  }

  private final Member[] members;

  /** Spinning when there are more threads than cores takes the core from the one that has work. */
  private final boolean spins;

  private final ReentrantLock turn = new ReentrantLock();
  private volatile @Nullable Job current;
  private volatile boolean closed;

  /** A team of {@code threads}, the caller among them: 1 runs everything in the caller. */
  public WorkTeam(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a team has at least one thread, not " + threads);
    }
    spins = threads <= Runtime.getRuntime().availableProcessors();
    members = new Member[threads - 1];
    for (int i = 0; i < members.length; i++) {
      members[i] = new Member("pollux-team-" + (i + 1));
      members[i].start();
    }
  }

  /** Threads that can work at once, the caller among them. */
  public int threads() {
    return members.length + 1;
  }

  /**
   * Calls {@code body} once for each index below {@code parts} and returns when all have finished.
   * After a part has thrown, parts that have not begun are left out and the first exception is
   * thrown here.
   *
   * @throws IllegalStateException in a part of a run of this team, or after {@link #close}
   */
  public void run(int parts, IntConsumer body) {
    Thread caller = Thread.currentThread();
    if (turn.isHeldByCurrentThread() || caller instanceof Member m && m.belongsTo(this)) {
      throw new IllegalStateException("a part of a run cannot start another run of its team");
    }
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the work team is closed");
      }
      if (members.length == 0 || parts <= 1) {
        for (int part = 0; part < parts; part++) {
          body.accept(part);
        }
        return;
      }
      Job job = new Job(parts, body, caller);
      current = job;
      wake(parts - 1);
      job.takePart();
      job.awaitOthers(spins);
      rethrow(job.failure);
    } finally {
      turn.unlock();
    }
  }

  private void wake(int wanted) {
    for (int i = 0; i < members.length && i < wanted; i++) {
      if (members[i].parks) {
        LockSupport.unpark(members[i]);
      }
    }
  }

  private static void rethrow(@Nullable Throwable failure) {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure); // a checked one, thrown sneakily
    }
  }

  private static void pause() {
    for (int i = 0; i < PAUSES_PER_LOOK; i++) {
      Thread.onSpinWait();
    }
  }

  /** Ends the threads, after the run in progress; a second call does nothing. */
  @Override
  public void close() {
    if (turn.isHeldByCurrentThread()) {
      throw new IllegalStateException("a part of a run cannot close its team");
    }
    turn.lock();
    try {
      closed = true;
      for (Member member : members) {
        LockSupport.unpark(member);
      }
    } finally {
      turn.unlock();
    }
  }
}
