import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnChild } from "./children.ts";
import { freePort, untilListening } from "./ports.ts";

/** nginx servers that share folders on loopback, as fast as nginx can. */
export class NginxFarm {
  private constructor(
    private readonly children: readonly Bun.Subprocess[],
    readonly ports: readonly number[],
    private readonly scheme: "http" | "https",
  ) {}

  /** One server for each folder. Its own files go below `workspace`. `tlsFile`: a key and its certificate; null for no TLS. */
  static async start(folders: readonly string[], workspace: string, tlsFile: string | null = null): Promise<NginxFarm> {
    const children: Bun.Subprocess[] = [];
    const ports: number[] = [];
    for (const [index, folder] of folders.entries()) {
      const port = await freePort();
      const home = join(workspace, `nginx${tlsFile === null ? "" : "-tls"}${index}`);
      mkdirSync(home, { recursive: true });
      const config = join(home, "nginx.conf");
      writeFileSync(config, configuration(home, folder, port, tlsFile));
      children.push(
        spawnChild(["nginx", "-c", config, "-p", home, "-e", join(home, "error.log")], { stderr: "ignore" }),
      );
      await untilListening(port);
      ports.push(port);
    }
    return new NginxFarm(children, ports, tlsFile === null ? "http" : "https");
  }

  /** The address of a file on each server. */
  urls(name: string): string[] {
    return this.ports.map((port) => `${this.scheme}://127.0.0.1:${port}/${encodeURIComponent(name)}`);
  }

  async stop(): Promise<void> {
    for (const child of this.children) child.kill("SIGQUIT");
    await Promise.all(this.children.map((child) => child.exited));
  }
}

function configuration(home: string, folder: string, port: number, tlsFile: string | null): string {
  const tls =
    tlsFile === null ? "" : `ssl_certificate ${tlsFile}; ssl_certificate_key ${tlsFile}; ssl_protocols TLSv1.3;`;
  return `daemon off; master_process off; pid ${home}/pid; error_log ${home}/error.log;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; sendfile_max_chunk 2m;
  client_body_temp_path ${home}/1; proxy_temp_path ${home}/2; fastcgi_temp_path ${home}/3;
  uwsgi_temp_path ${home}/4; scgi_temp_path ${home}/5;
  server { listen 127.0.0.1:${port}${tls && " ssl"}; ${tls} location / { root ${folder}; } }
}
`;
}
