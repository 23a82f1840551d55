import { mayPass } from "../../api/api-result.ts";
import { Button } from "../../parts/button.tsx";
import { FailureWords } from "../../parts/failure/failure.tsx";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { ProgressBar } from "../../parts/progress-bar.tsx";
import { usePage } from "../../store/page-context.ts";
import { type BrowserUpload, isOpen, secondsLeft, type UploadPhase } from "../../store/uploads/browser-upload.ts";
import { useFormat, useText } from "../../text/language-context.ts";

const ICONS: Readonly<Record<UploadPhase, IconName>> = {
  waiting: "clock",
  asking: "upload",
  exists: "alert",
  sending: "upload",
  storing: "server",
  done: "check",
  failed: "error",
};

/** One file: how far it is, and what can be done about it. */
export function UploadRow({ upload }: { readonly upload: BrowserUpload }) {
  const words = useText().uploads;
  const { name, size, sent, phase } = upload;
  return (
    <li class={`upload-row upload-${phase}`}>
      <Icon name={ICONS[phase]} />
      <div class="upload-what">
        <bdi class="upload-name" title={name}>
          {name}
        </bdi>
        {phase === "sending" && <ProgressBar value={sent} max={size} label={words.progressOf(name)} />}
        <span class="upload-state">
          <State upload={upload} />
        </span>
      </div>
      <div class="upload-actions">
        <Actions upload={upload} />
      </div>
    </li>
  );
}

function State({ upload }: { readonly upload: BrowserUpload }) {
  const words = useText().uploads;
  const format = useFormat();
  const { phase, size, sent, rate, failure } = upload;
  switch (phase) {
    case "sending": {
      const left = secondsLeft(upload);
      const parts = [
        words.sentOf(format.bytes(sent), format.bytes(size)),
        ...(rate ? [format.rate(rate)] : []),
        ...(left === null ? [] : [words.left(format.duration(left))]),
      ];
      return <>{parts.join(" · ")}</>;
    }
    case "failed":
      if (failure?.kind === "unreachable") return <>{words.broken}</>;
      return failure && <FailureWords failure={failure} />;
    case "done":
      return <>{`${words.done} · ${format.bytes(size)}`}</>;
    default:
      return <>{words[phase]}</>;
  }
}

function Actions({ upload }: { readonly upload: BrowserUpload }) {
  const words = useText();
  const { uploads } = usePage();
  const { id, name, phase, failure } = upload;
  const remove = (label: string) => (
    <Button kind="plain" label={label} onPress={() => uploads.cancel(id)}>
      <Icon name="close" />
    </Button>
  );
  if (isOpen(upload)) return remove(words.uploads.cancelFile(name));
  switch (phase) {
    case "exists":
      return (
        <>
          <Button label={words.uploads.replaceFile(name)} onPress={() => uploads.replace(id)}>
            {words.uploads.replace}
          </Button>
          <Button label={words.uploads.skipFile(name)} onPress={() => uploads.cancel(id)}>
            {words.uploads.skip}
          </Button>
        </>
      );
    case "failed":
      return (
        <>
          {(failure === null || mayPass(failure)) && (
            <Button label={words.uploads.retryFile(name)} onPress={() => uploads.tryAgain(id)}>
              {words.parts.tryAgain}
            </Button>
          )}
          {remove(words.uploads.removeFile(name))}
        </>
      );
    default:
      return remove(words.uploads.removeFile(name));
  }
}
