import "./progress-bar.css";

/** How much of something is done. `label`: of what, for those who do not see what it stands beside. */
export function ProgressBar(props: { readonly value: number; readonly max: number; readonly label: string }) {
  const { value, max, label } = props;
  // Of nothing all is done.
  return <progress class="progress-bar" value={max === 0 ? 1 : value} max={max === 0 ? 1 : max} aria-label={label} />;
}
