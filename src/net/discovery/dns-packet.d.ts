declare module "dns-packet" {
  /** A record; `data` is as its type has it. */
  export interface DnsRecord {
    readonly name: string;
    readonly type: string;
    /** Seconds. */
    readonly ttl?: number;
    readonly flush?: boolean;
    readonly data?: unknown;
  }
  export interface DnsPacket {
    readonly id?: number;
    readonly type: "query" | "response";
    readonly flags?: number;
    readonly questions?: readonly { readonly name: string; readonly type: string }[];
    readonly answers?: readonly DnsRecord[];
    readonly authorities?: readonly DnsRecord[];
    readonly additionals?: readonly DnsRecord[];
  }
  const dns: {
    readonly AUTHORITATIVE_ANSWER: number;
    encode(packet: DnsPacket): Buffer;
    /** Throws for what is no message of DNS. */
    decode(bytes: Buffer): DnsPacket;
  };
  export default dns;
}
