import { useState } from "preact/hooks";
import type { ApiFailure } from "../../api/api-result.ts";
import { Button } from "../../parts/button.tsx";
import { CommandLine } from "../../parts/copy/command-line.tsx";
import { FailureWords } from "../../parts/failure/failure.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ViewHeading } from "../../parts/view-heading.tsx";
import { usePage } from "../../store/page-context.ts";
import { useText } from "../../text/language-context.ts";
import "./login.css";

/** Makes a token with which somebody may look at everything, and change nothing. */
const TOKEN_COMMAND = "redes key token --read --name NAME --key-file cluster.key";

/** In the place of every view, while whoever looks at the page has shown no token. */
export function LoginView() {
  const words = useText().login;
  const { api, feed } = usePage();
  const [token, setToken] = useState("");
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const logIn = async (event: Event) => {
    event.preventDefault();
    if (isSending) return;
    setSending(true);
    const result = await api.logIn(token.trim());
    setSending(false);
    if (!result.ok) return setFailure(result.failure);
    feed.start();
  };
  return (
    <div class="login">
      <ViewHeading title={words.title} />
      <form onSubmit={(event) => void logIn(event)}>
        <label>
          {words.token}
          <input
            class="text-field"
            type="password"
            autocomplete="current-password"
            required
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
          />
        </label>
        <div role="status">
          {failure && (
            <Notice kind="error" title={words.refused}>
              <p>
                <FailureWords failure={failure} />
              </p>
            </Notice>
          )}
        </div>
        <Button submits kind="primary" disabled={isSending}>
          {words.logIn}
        </Button>
      </form>
      <p>{words.how}</p>
      <CommandLine command={TOKEN_COMMAND} what={words.command} />
      <p class="cell-detail">{words.kept}</p>
    </div>
  );
}
