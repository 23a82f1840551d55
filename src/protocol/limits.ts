/**
 * How much of everything an end takes from others. The table "Limits" of the specification (README.md) lists these bounds,
 * and its test compares the two. What a message may hold is in its schema.
 */

/** Bytes of the header of a secondary that is registered: a full batch of the longest names fits into it. */
export const MAX_HEADER_BYTES = 1024 * 1024;
/** Bytes of any other header that a server takes: what clients send, and what is sent before a registration, is short. */
export const MAX_SMALL_HEADER_BYTES = 16 * 1024;
/** Maps and lists inside one another, the header itself included; the deepest message has four. */
export const MAX_DEPTH = 8;

/** Connections to one server, where descriptors set no lower bound. */
export const MAX_CONNECTIONS = 16_384;
/** Of the connections that a server takes, the part that one address may have. */
export const ADDRESS_SHARE = 0.75;
/** Connections of one server whose handshake is not over, and as many whose greeting is not over. */
export const MAX_UNFINISHED_CONNECTIONS = 1024;
