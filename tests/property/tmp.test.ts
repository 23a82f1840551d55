import { test } from "bun:test";
import { contentId, World } from "./cluster-model.ts";
test("x", () => {
  const w = new World(4); const c = (n:number)=>contentId(n-1);
  const rest = () => { for (let r=0;r<6;r++){ w.plan(); for (let a=0;a<4;a++) for (let k=0;k<4;k++) while (w.step(a,k)) w.turns++; } };
  const steps = (...m:number[]) => { for (let i=0;i<m.length;i+=2){ w.step(m[i]!,m[i+1]!); w.plan(); } };
  steps(0,0); w.put(3,"a.bin",c(1)); w.connect(3); rest(); w.connect(0); steps(0,0); w.put(0,"a.bin",c(5)); rest(); w.put(0,"b",c(5)); steps(0,0,0,0,0,0); w.rename(0,"a.bin","b"); w.remove("b");
  const show = (m: any) => JSON.stringify(m, (k,v)=> typeof v==="string"&&v.length===64? v.slice(0,8): v);
  for (const s of w.secondaries) { const c=s.fromCentral.push.bind(s.fromCentral); s.fromCentral.push=(...m)=>{console.log("→",s.number,...m.map(show)); return c(...m)}; const u=s.toCentral.push.bind(s.toCentral); s.toCentral.push=(...m)=>{console.log("←",s.number,...m.map(show)); return u(...m)}; console.log(s.number, show([...s.files.values()]), s.fromCentral.map(show), s.toCentral.map(show)); }
  try { w.quiesce(); } catch (e) { console.log(String(e)); }
  for (const s of w.secondaries) console.log(show([...s.files.values()]), show(w.registry.member(s.number)!.told.size));
});
