import { hostname, userInfo } from "node:os";

/** What a client is called that says nothing else: the user and this machine, as far as they are known. */
export function usualName(): string {
  const user = process.env.USER || process.env.LOGNAME || userName();
  return `${user ? `${user}@` : ""}${hostname()}`.slice(0, 100) || "client";
}

/** From the system's list of users; a container may have none. */
function userName(): string | null {
  try {
    const { username } = userInfo();
    return username === "unknown" ? null : username;
  } catch {
    return null;
  }
}
