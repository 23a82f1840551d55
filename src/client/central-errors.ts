/** The central cannot be asked now. */
export class CentralUnreachable extends Error {}

/** Something else answers where the central should be. */
export class WrongServer extends CentralUnreachable {}
