// Builds carekit's page script and style: `npm ci && npm run build`. The result (../built) is committed and travels in the wheel.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const CAREKIT = join(HERE, "..", "..", "..");
const BUILT = process.argv.slice(2).find((word) => !word.startsWith("--")) ?? join(HERE, "..", "built");
/** Browsers of the last five years: old computers of a school are updated rarely. */
const TARGET = ["chrome92", "firefox91", "safari15"];

// git may check files out with other line ends; Python reads them as \n
const read = (path) => readFileSync(path, "utf8").replace(/\r\n/g, "\n");
const digest = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
const elements = JSON.parse(read(join(HERE, "elements.json")));
const textOf = (files) => files.map((file) => read(join(CAREKIT, file))).join("\n");
const SHARED = "widgets/dom.js";

/** The modules of carekit's widgets as Python composes them, by the digest of that text; what they share is in the script once. */
function elementModules() {
  const names = Object.keys(elements.modules);
  const imports = names.map((name) => `import ${name} from "carekit-element/${name}";`);
  const keys = names.map((name) => `${JSON.stringify(digest(textOf(elements.modules[name])))}: ${name}`);
  return `${imports.join("\n")}\nexport default { ${keys.join(", ")} };`;
}

function elementModule(name) {
  const files = elements.modules[name];
  const own = textOf(files.filter((file) => file !== SHARED));
  return files.includes(SHARED) ? `import { ${sharedNames().join(", ")} } from "carekit-shared";\n${own}` : own;
}

const sharedNames = () => [...read(join(CAREKIT, SHARED)).matchAll(/^(?:const|function) (\w+)/gm)].map((match) => match[1]);

/** Modules that are made of the widgets' files, under names of their own. */
const carekitModules = {
  name: "carekit-modules",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^carekit-/ }, ({ path }) => ({ path, namespace: "carekit" }));
    onLoad({ filter: /.*/, namespace: "carekit" }, ({ path }) => {
      if (path === "carekit-elements") return { contents: elementModules(), loader: "js" };
      if (path === "carekit-shared") return { contents: `${read(join(CAREKIT, SHARED))}\nexport { ${sharedNames().join(", ")} };`, loader: "js" };
      return { contents: elementModule(path.split("/")[1]), loader: "js", resolveDir: HERE };
    });
  },
};

function replaced(text, old, fresh) {
  if (text.split(old).length !== 2) throw new Error(`a package changed: ${old} is not there once`);
  return text.replace(old, () => fresh);
}

/** Smaller stand-ins of some packages, and the smaller of several forms in which others are published. */
const smallerPackages = {
  name: "smaller-packages",
  setup({ onLoad, onResolve }) {
    const own = (path) => ({ path: join(HERE, path) });
    onResolve({ filter: /^sanitize-html$/ }, () => own("src/sanitize.js"));
    onResolve({ filter: /^jquery$/ }, () => own("src/one_element.js"));
    onResolve({ filter: /^lodash\/isEqual$/ }, () => own("node_modules/lodash-es/isEqual.js"));
    onResolve({ filter: /^@lumino\/widgets$/ }, () => own("src/lumino.js"));
    onResolve({ filter: /^@lumino\/[a-z]+$/ }, ({ path }) => own(`node_modules/${path}/dist/index.es6.js`));
    onResolve({ filter: /^@lumino\/widgets\/src\// }, ({ path }) => own(`node_modules/${path}`));
    // published for AMD loaders, which a page without require.js has not
    onLoad({ filter: /anywidget[\\/]dist[\\/]index\.js$/ }, ({ path }) => ({
      contents: replaced(read(path), 'define(["@jupyter-widgets/base"], widget_default);', "export default widget_default;"), loader: "js",
    }));
    // of the whole package.json only the version is used
    onLoad({ filter: /controls[\\/]package\.json$/ }, ({ path }) => ({ contents: JSON.stringify({ version: JSON.parse(read(path)).version }), loader: "json" }));
  },
};

/** What further scripts take from the page's own, which runs first: one copy of what must not be there twice. */
const lent = {
  name: "lent",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^(@jupyter-widgets\/base|@lumino\/(messaging|widgets))$/ }, ({ path }) => ({ path, namespace: "lent" }));
    onLoad({ filter: /.*/, namespace: "lent" }, ({ path }) => ({ contents: `module.exports = globalThis.carekitLent[${JSON.stringify(path)}];`, loader: "js" }));
  },
};

/** Only sliders need it, and the page's own script has none: a module that is imported for one class of several stays otherwise. */
const withoutSliders = {
  name: "without-sliders",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^nouislider$/ }, () => ({ path: "none", namespace: "none" }));
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "export default null;", loader: "js" }));
  },
};

async function script(entry, ...plugins) {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(HERE, "src", entry)], absWorkingDir: HERE, bundle: true, minify: true, write: false, metafile: true, outfile: "lean.js",
    format: "iife", target: TARGET, charset: "utf8", legalComments: "none", plugins: [...plugins, carekitModules, smallerPackages],
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" }, loader: { ".svg": "dataurl", ".css": "empty" }, logLevel: "warning",
    // the sources of Lumino are written for fields that are set, not defined anew in a class that inherits them
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  });
  if (process.argv.includes("--sizes")) tellSizes(metafile);
  return outputFiles[0].contents;
}

/** Jupyter's style, then each file of carekit's once, in the order of elements.json. */
async function style() {
  const files = [...new Set(Object.values(elements.styles).flat())];
  const contents = [read(join(HERE, "src", "lean.css")), ...files.map((file) => read(join(CAREKIT, file))), read(join(HERE, "src", "page.css"))].join("\n");
  const { outputFiles } = await build({
    stdin: { contents, loader: "css", resolveDir: join(HERE, "src") }, absWorkingDir: HERE, bundle: true, minify: true, write: false, outfile: "lean.css",
    target: TARGET, charset: "utf8", legalComments: "none", loader: { ".svg": "dataurl", ".png": "dataurl" }, logLevel: "warning",
  });
  return outputFiles[0].contents;
}

function tellSizes(metafile) {
  const sizes = new Map();
  const [output] = Object.values(metafile.outputs);
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path;
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  for (const [name, size] of [...sizes].sort((a, b) => b[1] - a[1]).slice(0, 30)) console.log(`${String(size).padStart(8)} ${name}`);
}

/** What the result was made from: the test that nobody forgot to build compares this without Node. */
function sourcesDigest() {
  const own = ["build.mjs", "elements.json", "package.json", "package-lock.json", ...readdirSync(join(HERE, "src")).map((name) => `src/${name}`)].sort();
  const widgets = [...new Set([...Object.values(elements.modules), ...Object.values(elements.styles)].flat())].sort();
  const texts = [...own.map((file) => read(join(HERE, file))), ...widgets.map((file) => read(join(CAREKIT, file)))];
  return createHash("sha256").update(texts.join("\0")).digest("hex");
}

function brotli(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
}

mkdirSync(BUILT, { recursive: true });
const files = { "lean.js": await script("main.js", withoutSliders), "more.js": await script("more.js", lent), "lean.css": await style() };
for (const [name, bytes] of Object.entries(files)) {
  writeFileSync(join(BUILT, name), bytes);
  writeFileSync(join(BUILT, `${name}.br`), brotli(bytes));
  console.log(name, bytes.length, "brotli", brotli(bytes).length);
}
// stands in each page as it is
writeFileSync(join(BUILT, "call.js"), await script("call.js"));
const held = Object.fromEntries(["modules", "styles"].map((kind) => [kind, Object.fromEntries(Object.entries(elements[kind]).map(([name, paths]) => [name, digest(textOf(paths))]))]));
writeFileSync(join(BUILT, "manifest.json"), `${JSON.stringify({ sources: sourcesDigest(), ...held }, null, 1)}\n`);
