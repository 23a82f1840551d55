import { systemClock, within } from "../../platform/clock.ts";
import { SupervisedWorker, type WorkerOptions } from "../../platform/workers/supervised-worker.ts";
import { arrived } from "../../sentences/sentence.ts";
import type { ConnectionCommand, ConnectionEvent, ConnectionHost } from "./messages.ts";
import { PieceConnection } from "./piece-connection.ts";
import { SmallFilesConnection } from "./small-files-connection.ts";
import { type ConnectionDeps, type ThreadResources, threadResources } from "./thread-resources.ts";

/** Milliseconds for the writes that are under way when the pool stops: a disk that works needs less. */
const STOP_TIMEOUT_MS = 2000;

/** To the thread that runs connections: a command for one of them. The first command creates the connection. */
export interface PoolCommand {
  readonly connection: number;
  readonly command: ConnectionCommand;
}

/** Back from it. */
export interface PoolEvents {
  readonly connection: number;
  readonly events: readonly ConnectionEvent[];
}

type AnyConnection = PieceConnection | SmallFilesConnection;
type Post = (events: readonly ConnectionEvent[]) => void;

/** Whether these are the last events of a connection. */
const last = (events: readonly ConnectionEvent[]) => events.at(-1)?.kind === "ended";

/** The connection that a first command creates; null for a command that creates none. */
function createConnection(
  deps: ConnectionDeps,
  shared: ThreadResources,
  command: ConnectionCommand,
  post: Post,
): AnyConnection | null {
  if (command.kind === "start") return new PieceConnection(deps, shared, post);
  return command.kind === "small-files" ? new SmallFilesConnection(deps, (event) => post([event])) : null;
}

/** Runs connections on this thread. */
export function inlineConnections(deps: ConnectionDeps): ConnectionHost {
  const shared = threadResources(deps);
  return {
    open(received) {
      let connection: AnyConnection | null = null;
      return {
        send(command) {
          connection ??= createConnection(deps, shared, command, received);
          connection?.command(command);
        },
      };
    },
  };
}

/** The end on the thread: runs the connections that the commands name, and posts their events. */
export function serveConnections(
  deps: ConnectionDeps,
  post: (message: PoolEvents) => void,
): (message: PoolCommand) => void {
  const connections = new Map<number, AnyConnection>();
  const shared = threadResources(deps);
  return ({ connection: number, command }) => {
    let connection = connections.get(number);
    if (!connection) {
      const made = createConnection(deps, shared, command, (events) => {
        if (last(events)) connections.delete(number);
        post({ connection: number, events });
      });
      if (!made) return;
      connection = made;
      connections.set(number, connection);
    }
    connection.command(command);
  };
}

/** Sentences come from a thread as what they are made of. */
function revived(event: ConnectionEvent): ConnectionEvent {
  if (event.kind === "refused") return { ...event, message: arrived(event.message) };
  if (event.kind !== "ended" || event.end.cause === "stopped") return event;
  return { kind: "ended", end: { ...event.end, message: arrived(event.end.message) } };
}

/** One thread of the pool, and the receivers of the events of its connections. */
class PoolThread {
  readonly receivers = new Map<number, Post>();
  readonly worker: SupervisedWorker<PoolCommand, PoolEvents>;
  /** Called, while it is being stopped, when its last connection has ended. */
  private idle: (() => void) | null = null;

  constructor(options: WorkerOptions<PoolCommand, PoolEvents>) {
    this.worker = new SupervisedWorker("connections", options, {
      received: ({ connection, events }) => {
        const receiver = this.receivers.get(connection);
        if (last(events)) this.receivers.delete(connection);
        receiver?.(events.map(revived));
        if (this.receivers.size === 0) this.idle?.();
      },
      failed: ({ reason }) => {
        const lost = [...this.receivers.values()];
        this.receivers.clear();
        const end = { cause: "source", message: `a thread broke: ${reason}`, fault: null } as const;
        for (const receiver of lost) receiver([{ kind: "ended", end }]);
        this.idle?.();
      },
      inFlight: () => this.receivers.size,
    });
  }

  /** Ends what is left of its connections, and then the thread. Resolves when none of them writes any more. */
  stop(): Promise<void> {
    for (const connection of this.receivers.keys()) this.worker.post({ connection, command: { kind: "stop" } });
    if (this.receivers.size === 0) {
      this.worker.stop();
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.idle = () => {
        this.worker.stop();
        resolve();
      };
    });
  }
}

/** Runs connections on up to `size` threads, which are started when they are first needed. */
export class ConnectionPool implements ConnectionHost {
  private readonly threads: PoolThread[] = [];
  private opened = 0;

  constructor(
    private readonly size: number,
    private readonly options: WorkerOptions<PoolCommand, PoolEvents>,
  ) {}

  open(received: Post): { send(command: ConnectionCommand): void } {
    const { worker, receivers } = this.leastLoadedThread();
    this.opened += 1;
    const connection = this.opened;
    receivers.set(connection, received);
    return {
      send(command) {
        // The thread does not know a connection that has ended, and neither does a thread that was started in its
        // place.
        if (receivers.has(connection)) worker.post({ connection, command });
      },
    };
  }

  /**
   * Ends all connections, and each thread when its last connection has ended: nothing may read the memory of a thread
   * that is gone. Resolves when none writes any more; of a disk that hangs, after {@link STOP_TIMEOUT_MS}.
   */
  async stop(): Promise<void> {
    const stopped = Promise.all(this.threads.map((thread) => thread.stop()));
    this.threads.length = 0;
    await within(this.options.clock ?? systemClock, STOP_TIMEOUT_MS, stopped);
  }

  /** The thread with the fewest connections, or a new one. */
  private leastLoadedThread(): PoolThread {
    const idle = this.threads.reduce<PoolThread | null>(
      (best, next) => (best === null || next.receivers.size < best.receivers.size ? next : best),
      null,
    );
    const chosen =
      idle && (idle.receivers.size === 0 || this.threads.length >= this.size) ? idle : new PoolThread(this.options);
    if (chosen !== idle) this.threads.push(chosen);
    chosen.worker.start();
    return chosen;
  }
}
