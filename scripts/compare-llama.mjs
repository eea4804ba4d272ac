// Compares the logits of an exported tier with those of llama.cpp; see docs/export.md.
//   node compare-llama.mjs TIER.gguf LOGITS.json
// node-llama-cpp 3.22.1 (MIT) must be installed in the current folder.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import {pathToFileURL} from "node:url";

const require = createRequire(process.cwd() + "/");
const {getLlama} = await import(pathToFileURL(require.resolve("node-llama-cpp")));
const [model_, ours] = process.argv.slice(2);

const llama = await getLlama({gpu: false, build: "never"});
const model = await llama.loadModel({modelPath: model_});
const context = await model.createContext({
  contextSize: 512, threads: 1, flashAttention: false,
  experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32", // ours is
});
let worst = 0;
let squares = 0;
let count = 0;
let positions = 0;
let sameBest = 0;
for (const {question, tokens, answer, logits} of JSON.parse(readFileSync(ours, "utf8"))) {
  const user = model.tokenize("<|user|>", true);
  const turn = model.tokenize("<|model|>", true);
  const theirs = [...user, ...model.tokenize(question, false), ...turn];
  if (JSON.stringify(theirs) !== JSON.stringify(tokens)) {
    console.log(`TOKENS DIFFER for ${question}\n  ours   ${tokens}\n  theirs ${theirs}`);
    process.exitCode = 1;
  }
  const sequence = context.getSequence();
  const out = await sequence.controlledEvaluate(
    tokens.map((t) => [t, {generateNext: {logits: true, options: {temperature: 0}}}]));
  out.forEach(({next}, i) => {
    let best = 0;
    let theirBest = 0;
    for (const [token, logit] of next.logits) {
      const difference = Math.abs(logit - logits[i][token]);
      worst = Math.max(worst, difference);
      squares += (logit - logits[i][token]) ** 2;
      count++;
      if (logit > next.logits.get(theirBest)) theirBest = token;
      if (logits[i][token] > logits[i][best]) best = token;
    }
    positions++;
    sameBest += best === theirBest ? 1 : 0;
  });
  await sequence.clearHistory();
  let continuation = [];
  for await (const token of sequence.evaluate(tokens, {temperature: 0})) {
    if (model.isEogToken(token) || continuation.length === 24) break;
    continuation.push(token);
  }
  const text = model.detokenize(continuation, false);
  const own = answer.match(/.{4}/g)?.map((c) => String.fromCharCode(parseInt(c, 16))).join("") ?? "";
  console.log(`${question}\n  ours   ${JSON.stringify(own)}\n  theirs ${JSON.stringify(text)}`);
  sequence.dispose();
}
console.log(`${positions} positions, ${count} logits: largest difference ${worst.toExponential(2)}, ` +
  `root mean square ${Math.sqrt(squares / count).toExponential(2)}, the same likeliest token at ${sameBest}`);
await context.dispose();
await model.dispose();
process.exit();
