import type { Defect } from "./defect.ts";

/** Kinds of actions that bring somebody along who has no right key. */
const STRANGERS = ["get a file with a wrong key", "raid a secondary", "a secondary with a wrong key"];

/** Defects of who gets in. */
export const KEY_DEFECTS: readonly Defect[] = [
  {
    name: "who has a key that has ended gets in",
    file: "src/net/transport/tls.ts",
    find: "if (fault !== null) return",
    replace: `if (fault !== null && fault !== "CERT_HAS_EXPIRED") return`,
    why: "a credential that was given for a day is good for ever",
    breaks: ["who has no valid key gets nothing"],
    needs: [...STRANGERS, "a credential that ends"],
  },
  {
    name: "who has a key of another cluster gets in",
    file: "src/net/transport/tls.ts",
    find: "if (fault !== null) return",
    replace: "if (fault !== null && fault in REASONS) return",
    why: "anybody can make a key that is good for everything",
    breaks: ["who has no valid key gets nothing"],
    needs: STRANGERS,
  },
  {
    name: "who is refused is greeted",
    file: "src/net/session/greeting.ts",
    find: `if (peer.kind === "refused") return \`refused: \${peer.reason}\`;`,
    replace: `if (peer.kind === "refused") return null;`,
    why: "what TLS says against a key has no consequences",
    breaks: ["who has no valid key gets nothing"],
    needs: STRANGERS,
  },
  {
    name: "the number of a secondary is not that of its key",
    file: "src/central/sessions/secondary-session.ts",
    find: "identity.number !== message.number",
    replace: "identity.number < 0",
    why: "the key of one secondary takes the place of every other one",
    breaks: ["who has no valid key gets nothing"],
    needs: ["a secondary with a wrong key"],
  },
  {
    name: "the role is not that of the key",
    file: "src/net/session/greeting.ts",
    find: "return peer.identity.role === said ?",
    replace: `return said !== "central" ?`,
    why: "a client's key registers a secondary",
    breaks: ["who has no valid key gets nothing"],
    needs: STRANGERS,
  },
  {
    name: "a download is counted under any name",
    file: "src/net/session/authenticated.ts",
    find: `return peer?.role === "client" ? peer.name : null;`,
    replace: "return peer && null;",
    why: "a client has its downloads counted for somebody else",
    breaks: ["counts are what clients were told"],
  },
  {
    name: "a thread keeps its first key",
    file: "src/transfer/connection/connections-thread.ts",
    find: "keys.onChange((material) => thread.post({ keys: material })),",
    replace: "keys.onChange(() => {}),",
    why: "a secondary that has been given another cluster key copies nothing any more",
    breaks: ["replicas converge"],
    needs: ["exchange the cluster key"],
  },
  {
    name: "a listener keeps its first key",
    file: "src/net/transport/renewed-listener.ts",
    find: "keys.onChange(() => beginAgain(true))",
    replace: "keys.onChange(() => {})",
    why: "a server shows the old key until it is started again, and lets nobody in who has the new one",
    breaks: ["refusals are told truly", "replicas converge"],
    needs: ["exchange the cluster key"],
  },
];
