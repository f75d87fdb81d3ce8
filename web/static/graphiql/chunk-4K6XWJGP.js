import{c as e,d as n}from"./chunk-STSEUAPQ.js";import"./chunk-IYWUY3VA.js";var o="formatted-json",r={insertSpaces:!0,tabSize:2,eol:`
`},a={jsonc:{astFormat:o,parse:t=>({text:n(t,e(t,void 0,r)),end:t.length}),locStart:()=>0,locEnd:t=>t.end}},p={[o]:{print:t=>t.node.text}};export{a as parsers,p as printers};
