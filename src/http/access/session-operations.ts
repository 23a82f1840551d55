import { say } from "../../sentences/sentence.ts";
import { noQuery } from "../api/central-queries.ts";
import { AnswerWithHeaders, type Asked, type NotDone, type Operation, operation } from "../api/operation.ts";
import { loginBody, type SessionAnswer, sessionAnswer } from "./session-answers.ts";

const PATH = "/api/v1/session";

/** Logging in and out, for pages: a cookie that no script can read stands for the token from then on. */
export function sessionOperations(): readonly Operation[] {
  return [
    operation({
      path: PATH,
      summary: "Who asks, and what he may do",
      access: "anyone",
      query: noQuery,
      answer: sessionAnswer,
      answered: async (_, { request }) => shown(request),
    }),
    operation({
      method: "POST",
      path: PATH,
      summary: "Log in with a token: the answer has a cookie that stands for it",
      access: "anyone",
      query: noQuery,
      body: loginBody,
      answer: sessionAnswer,
      answered: (_, { request, body }) => logIn(request, body.token),
    }),
    operation({
      method: "DELETE",
      path: PATH,
      summary: "Log out",
      access: "anyone",
      query: noQuery,
      answer: sessionAnswer,
      answered: async (_, { request }) => {
        const after = { ...request, by: null, rights: request.session.isNeeded ? null : request.rights };
        return new AnswerWithHeaders(shown(after), { "set-cookie": request.session.end() });
      },
    }),
  ];
}

async function logIn(
  request: Asked<unknown>["request"],
  token: string,
): Promise<AnswerWithHeaders<SessionAnswer> | NotDone> {
  const begun = await request.session.begin(token);
  if (!begun) return { notDone: 409, reason: say("this cluster has no keys: nobody needs to log in") };
  if ("status" in begun) {
    const { status, reason, headers } = begun;
    return { notDone: status === 429 ? 429 : 401, reason, headers };
  }
  const { by, cookie } = begun;
  return new AnswerWithHeaders(shown({ ...request, by, rights: by.identity.rights }), { "set-cookie": cookie });
}

function shown({ by, rights, session }: Asked<unknown>["request"]): SessionAnswer {
  return { keys: session.isNeeded, rights, name: by?.identity.name ?? null, until: by?.until ?? null };
}
