import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';

const require = createRequire(join(import.meta.dirname, 'parser.ts'));
let parser: Parser | undefined;

/** To be awaited once, before anything is parsed. */
export async function loadBicepGrammar(): Promise<void> {
  if (parser) return;
  await Parser.init();
  const loaded = new Parser();
  loaded.setLanguage(await Language.load(readFileSync(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'))));
  parser = loaded;
}

/** The root of a .bicep file's tree. The grammar does not know `extension` lines: they are left out, the lines stay. */
export function parseBicep(text: string): Node {
  return parse(text.replace(/^extension .*$/gm, ''));
}

/** The same for a .bicepparam file, which the grammar does not know: its parameters become variables. */
export function parseBicepParameters(text: string): Node {
  return parse(text.replace(/^using .*$/gm, '').replace(/^param /gm, 'var '));
}

/** Where the grammar did not understand the text. */
export function syntaxProblems(root: Node): string[] {
  if (!root.hasError) return [];
  const problems: string[] = [];
  const walk = (node: Node) => {
    if (node.isMissing) problems.push(`line ${lineOf(node)}: ${node.type} is missing`);
    else if (node.isError) problems.push(`line ${lineOf(node)}: not Bicep: ${node.text.slice(0, 40)}`);
    else for (const child of node.children) walk(child);
  };
  walk(root);
  return problems;
}

export function lineOf(node: Node): number {
  return node.startPosition.row + 1;
}

/** The named children; comments may stand anywhere and say nothing. */
export function partsOf(node: Node): Node[] {
  return node.namedChildren.filter(child => !child.type.endsWith('comment'));
}

function parse(text: string): Node {
  const tree = parser?.parse(text);
  if (!tree) throw new Error('The grammar is not loaded');
  return tree.rootNode;
}
