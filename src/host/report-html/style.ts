/** The report's style sheet: light unless the reader's system is dark; on paper always light. Colours are those of the window. */
export const STYLE = `
:root{color-scheme:light;--bg:#fff;--raised:#f5f7fa;--line:#dde2ea;--strong:#c3cbd8;--fg:#18202c;--fg2:#3d495c;--fg3:#556175;--accent:#155cc0;--bad:#b52620;--bad-soft:#fdf0ef;--warn:#7d5200;
--k-definite:#a91706;--k-indirect:#c88414;--k-possible:#641372;--k-reachable:#138eed;--k-suppressed:#6a7078;--k-error:#8d1807;
--on-definite:#fff;--on-indirect:#0b0700;--on-possible:#fff;--on-reachable:#00070d;--on-suppressed:#fff;--on-error:#fff;
--f-kernel:#8b8f97;--f-page-table:#6b259a;--f-anonymous:#0d94f7;--f-file:#21665e;--f-shared:#a07b01;--f-pinned:#8d1807;
--kw:#7a3fc4;--type:#0b6a7d;--str:#2f6616;--num:#8f3f05;--com:#566276;--pre:#a82c5a}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--bg:#0d1015;--raised:#13171e;--line:#232a36;--strong:#364153;--fg:#e6ebf2;--fg2:#b3bdcc;--fg3:#949fb3;--accent:#6cb0ff;--bad:#ff8f88;--bad-soft:#261518;--warn:#ecb955;
--k-definite:#db1f06;--k-indirect:#f6e388;--k-possible:#de22e4;--k-reachable:#add9f2;--k-suppressed:#606a75;--k-error:#d41a06;
--on-definite:#fff;--on-indirect:#14120a;--on-possible:#0b000b;--on-reachable:#06131b;--on-suppressed:#fff;--on-error:#fff;
--f-kernel:#bdc0c4;--f-page-table:#983aac;--f-anonymous:#65aaf9;--f-file:#1e7564;--f-shared:#f5d50c;--f-pinned:#d41a06;
--kw:#c9a3ff;--type:#64cde4;--str:#a3d585;--num:#f2ad7c;--com:#8491a8;--pre:#e88ca8}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.55 "Inter Variable",Inter,system-ui,-apple-system,"Segoe UI",sans-serif}
header,main,footer,nav{max-width:1020px;margin:0 auto;padding:0 28px}
header{padding-top:40px}
h1{font-size:28px;line-height:1.2;letter-spacing:-.015em;margin:2px 0 10px;overflow-wrap:anywhere}
.kicker{margin:0;color:var(--fg3);font-size:13px;font-weight:600}
.summary{font-size:18px;line-height:1.45;font-weight:550;margin:0 0 8px;text-wrap:pretty;max-width:46em}
.ending{margin:10px 0;padding:8px 14px;background:var(--bad-soft);border-left:4px solid var(--k-error);border-radius:0 6px 6px 0;overflow-wrap:anywhere}.ending b{color:var(--bad)}
h2{font-size:19px;letter-spacing:-.01em;margin:44px 0 12px;padding-top:14px;border-top:1px solid var(--line)}
h3{font-size:15px;margin:22px 0 8px;overflow-wrap:anywhere}h3 small,.gloss,small{color:var(--fg3);font-size:13px;font-weight:400}
h4{font-size:13px;color:var(--fg3);margin:12px 0 2px;font-weight:600}
p{margin:6px 0}a{color:var(--accent)}
nav{margin-top:16px}nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13.5px}
code,pre,.stack,.words,.mono{font-family:"JetBrains Mono Variable","JetBrains Mono",ui-monospace,"SF Mono",Consolas,"Liberation Mono",monospace}
p code{font-size:.92em;background:var(--raised);border:1px solid var(--line);border-radius:3px;padding:0 3px}
.facts{display:flex;flex-wrap:wrap;gap:1px;margin:14px 0;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden}
.facts div{flex:1 1 176px;background:var(--raised);padding:9px 14px}.facts dt{font-size:12.5px;color:var(--fg3)}.facts dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.mark{display:inline-grid;place-items:center;width:19px;height:19px;border-radius:4px;font:700 12px/1 ui-monospace,monospace;flex:none;margin-right:8px;vertical-align:-3px}
.mark.k-definite{background:var(--k-definite);color:var(--on-definite)}.mark.k-indirect{background:var(--k-indirect);color:var(--on-indirect)}.mark.k-possible{background:var(--k-possible);color:var(--on-possible)}.mark.k-reachable{background:var(--k-reachable);color:var(--on-reachable)}.mark.k-suppressed{background:var(--k-suppressed);color:var(--on-suppressed)}.mark.k-error{background:var(--k-error);color:var(--on-error)}
.k-definite{--k:var(--k-definite)}.k-indirect{--k:var(--k-indirect)}.k-possible{--k:var(--k-possible)}.k-reachable{--k:var(--k-reachable)}.k-suppressed{--k:var(--k-suppressed)}.k-error{--k:var(--k-error)}
pre{margin:0;font-size:12.5px;line-height:1.6;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4}
pre.code{border:1px solid var(--line);border-radius:8px;padding:8px 0;background:var(--raised)}
.line{display:block;padding:0 14px 0 66px;position:relative}
.line::before{content:attr(data-n);position:absolute;left:0;width:50px;text-align:right;color:var(--fg3);user-select:none}
.line.on{box-shadow:inset 4px 0 var(--k);background:color-mix(in srgb,var(--k) 13%,transparent)}
.line:target{outline:2px solid var(--accent);outline-offset:-2px}
.note{display:flex;padding:2px 14px 3px 66px;font:13px/1.45 system-ui,sans-serif;text-decoration:none;color:var(--fg);white-space:normal}.note:hover span{text-decoration:underline}
.gap{display:block;padding:3px 14px 3px 66px;color:var(--fg3);border-block:1px dashed var(--strong);margin:6px 0;font-family:system-ui,sans-serif}
.kw{color:var(--kw)}.type{color:var(--type)}.str{color:var(--str)}.num{color:var(--num)}.com{color:var(--com)}.pre{color:var(--pre)}.code i{font-style:normal}
.out{border:1px solid var(--line);border-radius:8px;overflow:hidden;background:var(--raised)}.out>*{padding:8px 14px}.out .who{padding:5px 14px 0;margin:0;font-size:12px;color:var(--fg3)}.out pre.stderr{box-shadow:inset 4px 0 var(--k-indirect)}.out .cut{border-block:1px dashed var(--strong);margin:0}
.cut{color:var(--fg2);font-size:13.5px}
.finding{border:1px solid var(--line);border-left:5px solid var(--k);border-radius:0 8px 8px 0;padding:12px 18px 14px;margin:12px 0;break-inside:avoid-page}
.finding:target{outline:2px solid var(--accent)}
.finding h3{margin:0 0 6px;display:flex;align-items:center;color:var(--fg2);font-size:14px}.plain{font-size:16px;font-weight:550;text-wrap:pretty;overflow-wrap:anywhere}
.process{font-weight:600;margin-top:22px}
.stack{margin:0;padding:0 0 0 26px;font-size:12.5px;overflow-wrap:anywhere}.stack b{font-weight:600}.stack .library,.stack .library b{color:var(--fg3);font-weight:400}.stack li::marker{color:var(--fg3)}
.lost{background:var(--bad-soft);border-left:3px solid var(--k-definite);border-radius:0 4px 4px 0;padding:7px 12px;margin:10px 0}.lost h4{margin:0;color:var(--bad)}.lost p{margin:0;font-size:14px}
.words{font-size:12.5px;color:var(--fg2);white-space:pre-line;overflow-wrap:anywhere}.words span{font-family:system-ui,sans-serif;color:var(--fg3)}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400;overflow-wrap:anywhere}thead th{color:var(--fg3);font-size:12.5px}tbody th{white-space:nowrap}.n{text-align:right}.wide{width:52%;color:var(--fg2);padding-left:14px}
.bar{display:block;height:7px;border-radius:2px;background:var(--k);margin:6px 0 4px;min-width:0}.shape{display:inline-block;width:1.6em;font-weight:400}
.chart{border:1px solid var(--line);border-radius:8px;padding:12px 14px 8px;background:var(--raised);break-inside:avoid}
.lane{display:grid;grid-template-columns:132px 1fr 64px;gap:12px;align-items:end;padding:3px 0}.lane svg{width:100%;height:30px;display:block;border-bottom:1px solid var(--strong)}.label{font-size:13px}.label b{display:inline-block;width:1.6em;font-weight:400}.value{font-size:13px;text-align:right;font-variant-numeric:tabular-nums}
.axis{display:flex;justify-content:space-between;font-size:11.5px;color:var(--fg3)}
.curve{display:grid;grid-template-columns:76px 1fr;gap:4px 12px}.curve svg{width:100%;height:150px;display:block;border-bottom:1px solid var(--strong);border-left:1px solid var(--strong)}.scale{display:flex;flex-direction:column;justify-content:space-between;text-align:right;font-size:11.5px;color:var(--fg3)}.area{fill:var(--f-anonymous);opacity:.22}.stroke{fill:none;stroke:var(--f-anonymous);stroke-width:2;vector-effect:non-scaling-stroke}
details{margin:8px 0;font-size:13.5px}summary{cursor:pointer;color:var(--fg2)}
footer{margin-top:48px;padding-top:14px;padding-bottom:40px;color:var(--fg3);font-size:13px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media(max-width:640px){header,main,footer,nav{padding-inline:14px}.lane{grid-template-columns:1fr 48px}.lane .label{grid-column:1/-1}.lane .label:empty{display:none}.wide{width:auto}}
@media print{@page{margin:16mm 14mm;@bottom-right{content:counter(page) " / " counter(pages);font:8pt system-ui,sans-serif;color:#556175}}
body{font-size:10pt;line-height:1.5}header,main,footer{max-width:none;padding:0}header{padding-top:0}nav,details{display:none}a{color:inherit;text-decoration:none}
h1{font-size:20pt}h2{font-size:13.5pt;margin:22px 0 8px;padding-top:10px}h3{font-size:10.5pt;margin:14px 0 6px}.summary{font-size:12.5pt}.plain{font-size:11pt}.finding h3,.lost p,.label,.value,.cut{font-size:9.5pt}h2,h3,h4{break-after:avoid}
table{font-size:9.5pt;break-inside:avoid}table:has(tbody>tr:nth-child(20)){break-inside:auto}th,td{padding-block:4px}tr,.facts,.chart,.ending{break-inside:avoid}
.facts{gap:0;background:none}.facts div{flex:1 1 auto;padding:7px 11px;margin:0 -1px -1px 0;border:1px solid var(--strong);border-width:0 1px 1px 0}.facts dt{font-size:8.5pt}
pre,.stack,.words{font-size:8.5pt}pre.code,.out,.out pre{box-decoration-break:clone;-webkit-box-decoration-break:clone}.line{break-inside:avoid}.note{font-size:9pt;break-before:avoid;break-inside:avoid}footer{margin-top:28px;padding-bottom:0}}
`;
