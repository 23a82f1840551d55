import type { serversText as english } from "../english/servers.ts";

export const serversText: typeof english = {
  title: "Servidores",
};
