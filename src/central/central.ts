import type { KeyRing } from "../keys/key-ring.ts";
import { type Address, formatAddress } from "../net/address/address.ts";
import type { Channel } from "../net/session/channel.ts";
import { listenWithRetry } from "../net/transport/listening.ts";
import type { Listener, Network } from "../net/transport/network.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log/log.ts";
import { LogLimiter } from "../platform/log/log-limiter.ts";
import { type Random, shortId } from "../platform/random.ts";
import type { Role } from "../protocol/messages/session.ts";
import { ClusterSummary } from "./cluster-summary.ts";
import { AdmissionQueue } from "./downloads/admission-queue.ts";
import { DownloadCoordinator } from "./downloads/download-coordinator.ts";
import { SourceSubscriptions } from "./downloads/source-subscriptions.ts";
import { ClusterFigures } from "./figures/cluster-figures.ts";
import { KeyDesk } from "./keys/key-desk.ts";
import { KnownKeys } from "./keys/known-keys.ts";
import type { CentralObserver } from "./observer.ts";
import { DigestRequests } from "./operations/digest-requests.ts";
import { ForgetOperation } from "./operations/forget-operation.ts";
import { KeptFiles } from "./operations/kept-files.ts";
import { MoveOperation } from "./operations/move-operation.ts";
import { RemoveOperation } from "./operations/remove-operation.ts";
import { RestoreOperation } from "./operations/restore-operation.ts";
import { Registry } from "./registry/registry.ts";
import { RegistryDriver } from "./registry-driver.ts";
import type { RemoteCentralStore } from "./remote-store.ts";
import { KnownSecondaries } from "./serving/known-secondaries.ts";
import { ServingState } from "./serving/serving-state.ts";
import type { Session } from "./session.ts";
import { Accusations } from "./sessions/accusations.ts";
import { ClientOrders } from "./sessions/client-orders.ts";
import { ClientSession, type ClientSessionDeps } from "./sessions/client-session.ts";
import { ConnectedSecondaries } from "./sessions/connected-secondaries.ts";
import { Connections, type SessionCounts } from "./sessions/connections.ts";
import { SecondarySession, type SecondarySessionDeps } from "./sessions/secondary-session.ts";
import type { PersistedState } from "./store.ts";
import { Ticks } from "./ticks.ts";

/**
 * Milliseconds after a restart in which only downloads from before it begin: their clients connect again within this
 * time.
 */
const READMISSION_MS = 3000;
/** Most connections where descriptors set no lower limit. */
const MAX_CONNECTIONS = 10_000;

export interface CentralDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly store: RemoteCentralStore;
  /** What the store held at the start. */
  readonly persisted: PersistedState;
  readonly log: Log;
  /** Null: everyone who can connect gets in. */
  readonly keys: KeyRing | null;
  /** Absent: nobody wants to hear what happens. */
  readonly observer?: CentralObserver | undefined;
  /** By which secondaries check addresses of files that are signed here; absent where none are. */
  readonly addressKey?: string | undefined;
}

export interface CentralOptions {
  readonly address: Address;
  /** How many secondaries must be in step before it serves for the first time. */
  readonly secondaries: number;
  /** Downloads at once; 0: no limit. */
  readonly maxDownloads: number;
  /** Most connections at once. */
  readonly connections?: number;
}

/** The control plane: holds its parts together, and starts and stops them. Moves no file data but what is put over HTTP. */
export class Central {
  readonly registry: Registry;
  readonly serving: ServingState;
  readonly admission: AdmissionQueue;
  readonly downloads: DownloadCoordinator;
  readonly keptFiles: KeptFiles;
  readonly digests: DigestRequests;
  readonly removal: RemoveOperation;
  readonly moving: MoveOperation;
  readonly restoration: RestoreOperation;
  readonly forgetting: ForgetOperation;
  readonly keyDesk: KeyDesk;
  readonly figures = new ClusterFigures();
  private readonly summary: ClusterSummary;
  private readonly driver: RegistryDriver;
  private readonly connections: Connections;
  private readonly ending = new AbortController();
  /** Aborted when it stops: nothing is waited for any more. */
  readonly ended = this.ending.signal;
  private listener: Listener | null = null;
  private ticks: Ticks | null = null;

  constructor(
    readonly deps: CentralDeps,
    private readonly options: CentralOptions,
  ) {
    const { clock, log, random, store, persisted } = deps;
    const limitedLog = new LogLimiter(log, clock);
    const sessions = new Map<number, Session>();
    // Of registered secondaries, by number.
    const channels = new Map<number, Channel>();
    const registry = new Registry(persisted.tombstones, () => shortId(random));
    registry.recall(persisted.secondaries, clock.now());
    const { observer = null, addressKey = null } = deps;
    const { figures, ended } = this;
    const known = new KnownSecondaries(store, limitedLog, persisted.secondaries);
    const common = { clock, log, limitedLog, store, registry, sessions, channels, observer, figures, known, ended };

    const serving = new ServingState({ ...common, expectedSecondaries: options.secondaries }, persisted);
    const subscriptions = new SourceSubscriptions(registry, sessions, options.secondaries, limitedLog);
    const summary = new ClusterSummary(deps);
    const driver = new RegistryDriver({ ...common, subscriptions, summary, changed: () => this.changed() });
    const opensAt = persisted.synchronized ? clock.now() + READMISSION_MS : undefined;
    const admission = new AdmissionQueue(options.maxDownloads, opensAt);
    const downloads = new DownloadCoordinator({ ...common, admission, serving });
    const knownKeys = new KnownKeys(persisted.seenKeys, persisted.revocations);
    const keyDesk = new KeyDesk({ ...common, keys: deps.keys, known: knownKeys });
    const keptFiles = new KeptFiles({ clock, channels, secondaries: registry.secondaries });
    const digests = new DigestRequests({ ...common, holdersOf: (version) => registry.sources.holdersOf(version) });
    const secondaries = new ConnectedSecondaries(
      { ...common, driver, subscriptions, keptFiles, digests, keyDesk, epoch: persisted.epoch, addressKey },
      channels,
    );
    const accusations = new Accusations(common);
    const removal = new RemoveOperation({ ...common, driver, summary });
    const moving = new MoveOperation({ ...common, random, removal });
    const restoration = new RestoreOperation({ log, keptFiles });
    const orders = new ClientOrders({ ...common, serving, removal, moving, restoration, keptFiles });
    const forDownloads = { serving, driver, admission, downloads, subscriptions };
    const forSessions = { ...common, ...forDownloads, keptFiles, digests, keyDesk, accusations, orders };

    this.connections = new Connections({
      ...common,
      keyDesk,
      limit: options.connections ?? MAX_CONNECTIONS,
      newSession: sessionFactory({ ...forSessions, secondaries }),
      sessionEnded: (key) => subscriptions.sessionEnded(key),
    });
    this.removal = removal;
    this.moving = moving;
    this.restoration = restoration;
    this.forgetting = new ForgetOperation({ ...common, driver });
    this.registry = registry;
    this.serving = serving;
    this.admission = admission;
    this.downloads = downloads;
    this.keptFiles = keptFiles;
    this.digests = digests;
    this.keyDesk = keyDesk;
    this.summary = summary;
    this.driver = driver;
  }

  /** Listens. Rejects with ListenError. */
  async start(): Promise<void> {
    const { log } = this.deps;
    const { address } = this.options;
    const listener = await listenWithRetry(this.deps, address, (socket) => this.connections.accept(socket));
    if (this.serving.isStopped) return listener.stop();
    this.listener = listener;
    const { port } = listener;
    this.ticks = this.newTicks();
    this.ticks.start();
    log.info("listening", `central listens on ${formatAddress({ ...address, port })}`, { ip: address.host, port });
    const missing = this.serving.missing();
    if (missing) log.info("waiting", `not serving yet: ${missing}`);
  }

  /** Where it listens; null while it does not. */
  get port(): number | null {
    return this.listener?.port ?? null;
  }

  /** Ends all sessions. */
  stop(): void {
    if (!this.serving.stop()) return;
    this.ending.abort();
    this.driver.stop();
    this.listener?.stop();
    this.summary.flush();
    this.ticks?.stop();
    this.connections.stop();
    this.keyDesk.save();
  }

  /** Sessions now, by who is at their other end. */
  sessionCounts(): SessionCounts {
    return this.connections.counts;
  }

  private newTicks(): Ticks {
    const { registry, admission, serving } = this;
    return new Ticks({
      clock: this.deps.clock,
      tick: () => this.tick(),
      isBusy: () => registry.isBusy || admission.waitingCount > 0 || serving.unlisted() !== null,
    });
  }

  /** The registry has changed. */
  private changed(): void {
    this.serving.update();
    this.ticks?.changed();
  }

  private tick(): void {
    this.driver.advance();
    this.downloads.tick();
    this.keyDesk.tick();
  }
}

function sessionFactory(deps: SecondarySessionDeps & ClientSessionDeps) {
  return (peer: Role, key: number, channel: Channel): Session =>
    peer === "secondary" ? new SecondarySession(deps, key, channel) : new ClientSession(deps, key, channel);
}
