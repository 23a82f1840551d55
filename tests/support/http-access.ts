import { expect } from "bun:test";
import type { KeyedCluster } from "./keyed-cluster.ts";
import type { Program } from "./process.ts";
import { run } from "./run.ts";

/** HTTPS of a cluster with keys, as programs use it that know its authority. */
export class HttpAccess {
  private constructor(
    private readonly cluster: KeyedCluster,
    /** The certificate by which its servers are known, as PEM. */
    readonly authority: string,
  ) {}

  static async of(cluster: KeyedCluster): Promise<HttpAccess> {
    return new HttpAccess(cluster, await printed(cluster, "ca", "--key-file", cluster.own));
  }

  /** A token; `more`: as in `redes key token`. */
  async token(...more: string[]): Promise<string> {
    return (await printed(this.cluster, "token", "--quiet", "--key-file", this.cluster.own, ...more)).trim();
  }

  /** Where a server said that it serves HTTPS. */
  async site(program: Program): Promise<string> {
    const { ip, port, tls } = await program.waitFor("http-listening");
    expect(tls).toBe(true);
    return `https://${ip}:${port}`;
  }

  /** What a server answers, without following where it leads. `token`: null for none. */
  get(url: string, token: string | null): Promise<Response> {
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    return fetch(url, { tls: { ca: this.authority }, headers, redirect: "manual" });
  }

  /** The same as status and text. */
  async answer(url: string, token: string | null): Promise<[number, string]> {
    const response = await this.get(url, token);
    return [response.status, await response.text()];
  }
}

async function printed(cluster: KeyedCluster, ...words: string[]): Promise<string> {
  const { code, out } = await run(["key", ...words], { cwd: cluster.root });
  expect(code).toBe(0);
  return out;
}
