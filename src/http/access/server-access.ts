import { newHttpsKey, type ServerNames, type TlsKey } from "../../keys/https/https-key.ts";
import { readTlsFiles, type TlsFiles } from "../../keys/https/tls-files.ts";
import { serverNameOf } from "../../keys/identity.ts";
import { KeyError } from "../../keys/key-error.ts";
import type { KeyKeeper } from "../../keys/key-keeper.ts";
import { validFor } from "../../keys/validity.ts";
import type { Cancel, Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { formatDay } from "../../platform/units.ts";
import type { AccessSetting } from "./access-setting.ts";
import { serverNames, thisMachine } from "./server-names.ts";

/** How long a certificate is good that is made for HTTPS: it is made anew with that of the sessions, which is sooner. */
const CERTIFICATE_DAYS = 7;

export interface ServerAccessDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** Null: the cluster has no keys. */
  readonly keys: KeyKeeper | null;
}

export interface ServerAccessOptions {
  /** By which this server is called besides the names of its machine: host names and addresses. */
  readonly names: readonly string[];
  /** Null: the certificate is made from the cluster key, or is that of the credential. */
  readonly tlsFiles: TlsFiles | null;
  readonly metricsOpen: boolean;
}

/** Keeps what an HTTP thread is told about who may do what, on the main thread, for as long as the server runs. */
export class ServerAccess {
  private readonly listeners = new Set<(setting: AccessSetting) => void>();
  private readonly cancels: Cancel[] = [];
  /** What is under way: one after the other, so that what was read last counts. */
  private work: Promise<void> = Promise.resolve();

  private constructor(
    private readonly deps: ServerAccessDeps,
    private readonly options: ServerAccessOptions,
    private setting: AccessSetting,
  ) {}

  /** Rejects with KeyError. */
  static async load(deps: ServerAccessDeps, options: ServerAccessOptions): Promise<ServerAccess> {
    const setting = {
      trust: trustOf(deps.keys),
      tls: await tlsKey(deps, options),
      names: namesOf(deps, options).hosts,
      metricsOpen: options.metricsOpen,
      addressKey: null,
    };
    const access = new ServerAccess(deps, options, setting);
    const { keys } = deps;
    if (keys) {
      access.cancels.push(
        keys.ring.onChange(() => void access.renew()),
        keys.ring.revocations.onAdded(() => access.change({ trust: trustOf(keys) })),
      );
    }
    return access;
  }

  get current(): AccessSetting {
    return this.setting;
  }

  get hasTlsFiles(): boolean {
    return this.options.tlsFiles !== null;
  }

  onChange(listener: (setting: AccessSetting) => void): void {
    this.listeners.add(listener);
  }

  /** The central's, by which signed addresses are checked; null where it signs none. */
  useAddressKey(addressKey: string | null): void {
    if (addressKey !== this.setting.addressKey) this.change({ addressKey });
  }

  /**
   * Reads the files of the certificate again, or makes another one, and takes what the keys now are. Where that cannot be
   * done the log says so, and the certificate stays.
   */
  renew(): Promise<void> {
    this.work = this.work.then(async () => {
      const { deps, options } = this;
      const changed = { trust: trustOf(deps.keys), names: namesOf(deps, options).hosts };
      try {
        this.change({ ...changed, tls: await tlsKey(deps, options) });
        if (options.tlsFiles) deps.log.info("https-read", "the certificate for HTTPS was read again");
      } catch (error) {
        this.change(changed);
        deps.log.error("https-failed", `the certificate for HTTPS stays as it was: ${(error as Error).message}`);
      }
    });
    return this.work;
  }

  /** Where people must do something so that programs can check the certificate, says so in the log. */
  warn(): void {
    const { keys, log } = this.deps;
    const name = keys && !keys.clusterKey && !this.options.tlsFiles ? ownName(keys) : null;
    if (name === null || !keys) return;
    const until = formatDay(keys.ring.current.notAfter);
    log.warn(
      "https-name",
      `HTTPS shows the certificate of this server's credential, which is for the name ${name} alone, until ${until}: programs that check it want one that redes key https makes, in --tls-cert`,
    );
  }

  stop(): void {
    for (const cancel of this.cancels.splice(0)) cancel();
  }

  private change(changes: Partial<AccessSetting>): void {
    this.setting = { ...this.setting, ...changes };
    for (const listener of this.listeners) listener(this.setting);
  }
}

function trustOf(keys: KeyKeeper | null): AccessSetting["trust"] {
  if (!keys) return null;
  const { current, revocations } = keys.ring;
  return { authorities: current.authorities, revocations: revocations.all };
}

function namesOf({ keys }: ServerAccessDeps, { names }: ServerAccessOptions): ServerNames {
  const own = keys && ownName(keys);
  return serverNames(own === null ? names : [...names, own], thisMachine());
}

/** The name in the certificate of its sessions. */
function ownName(keys: KeyKeeper): string | null {
  return serverNameOf(keys.ring.current.identity);
}

/** Null: HTTP without TLS. Rejects with KeyError. */
async function tlsKey(deps: ServerAccessDeps, options: ServerAccessOptions): Promise<TlsKey | null> {
  const { keys, clock } = deps;
  if (options.tlsFiles) return readTlsFiles(options.tlsFiles, clock.wall());
  if (!keys) return null;
  const { clusterKey } = keys;
  if (clusterKey) return newHttpsKey(clusterKey, namesOf(deps, options), validFor(CERTIFICATE_DAYS, clock.wall()));
  const { key, certificate } = keys.ring.current;
  if (ownName(keys) === null) {
    const todo = "give --tls-cert FILE, which redes key https makes, or the cluster key";
    throw new KeyError(`HTTPS cannot be served with a client's key, which is for no server: ${todo}`);
  }
  return { key, certificate };
}
