import type { BicepFile, Block } from './bicep/bicepFile.ts';
import {
  evaluate,
  expandLoop,
  ModuleReference,
  ResourceReference,
  runtimeValue,
  type Scope,
} from './bicep/evaluate.ts';
import { partsOf } from './bicep/parser.ts';
import { type Infra, resolveFile } from './infra.ts';

/** A resource that a deployment would make, its values as far as they are known before. */
export interface PlannedResource {
  /** The file and symbol that declare it. */
  readonly file: string;
  readonly symbol: string;
  /** `Namespace/type@version`. */
  readonly reference: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * What a deployment of `main.bicep` with a parameter file would make.
 *
 * @param overrides parameters in place of those of the file
 * @throws Error when what is looped over is only known in Azure
 */
export function planDeployment(
  infra: Infra,
  parameterFile = 'main.bicepparam',
  overrides: Readonly<Record<string, unknown>> = {},
): PlannedResource[] {
  const main = infra.files.get('main.bicep');
  if (!main) throw new Error('There is no main.bicep');
  const parameters = { ...readParameterFile(infra, parameterFile), ...overrides };
  const planned: PlannedResource[] = [];
  planFile(infra, main, parameters, planned);
  return planned;
}

/** The values of a .bicepparam file. */
export function readParameterFile(infra: Infra, path: string): Record<string, unknown> {
  const root = infra.parameterFiles.get(path);
  const statements = (root ? partsOf(root) : []).filter(({ type }) => type === 'variable_declaration');
  const values: Record<string, unknown> = {};
  const scope: Scope = { lookup: name => (Object.hasOwn(values, name) ? values[name] : runtimeValue(name)) };
  for (const [name, value] of statements.map(partsOf)) {
    if (name && value) values[name.text] = evaluate(value, scope);
  }
  return values;
}

export function ofType(plan: readonly PlannedResource[], type: string): PlannedResource[] {
  return plan.filter(({ reference }) => reference.split('@')[0] === type);
}

/** Plans a file's resources and modules; returns its outputs. */
function planFile(
  infra: Infra,
  file: BicepFile,
  parameters: Readonly<Record<string, unknown>>,
  planned: PlannedResource[],
): Record<string, unknown> {
  const known = new Map<string, unknown>();
  const scope: Scope = {
    lookup(name) {
      if (!known.has(name)) known.set(name, find(name));
      return known.get(name);
    },
  };

  function find(name: string): unknown {
    const parameter = file.parameters.get(name);
    if (parameter && Object.hasOwn(parameters, name)) return parameters[name];
    if (parameter) return parameter.standard && evaluate(parameter.standard, scope);
    const variable = file.variables.get(name);
    if (variable) return evaluate(variable, scope);
    const resource = file.resources.get(name);
    if (resource) return expand(resource, (body, inner) => refer(resource, evaluate(body, inner) as object));
    const module = file.modules.get(name);
    if (module) return expand(module, (body, inner) => enter(module, evaluate(body, inner) as object));
    return runtimeValue(name);
  }

  function expand(block: Block, visit: (body: Block['body'], inner: Scope) => unknown): unknown {
    const { loop, condition, body } = block;
    const meets = (inner: Scope) => !condition || evaluate(condition, inner) === true;
    if (!loop) return meets(scope) ? visit(body, scope) : undefined;
    return expandLoop({ ...loop, body }, scope)
      .filter(each => meets(each.scope))
      .map(each => visit(each.body, each.scope));
  }

  function refer({ symbol, reference, existing }: Block, body: object): ResourceReference {
    if (!existing) planned.push({ file: file.path, symbol, reference, body: { ...body } });
    return new ResourceReference(symbol, reference.split('@')[0] ?? '', String(Object(body).name));
  }

  function enter(module: Block, body: object): ModuleReference {
    const target = resolveFile(infra, file, module.reference);
    return new ModuleReference(target ? planFile(infra, target, Object(body).params ?? {}, planned) : {});
  }

  for (const name of [...file.resources.keys(), ...file.modules.keys()]) scope.lookup(name);
  return Object.fromEntries([...file.outputs].map(([name, value]) => [name, evaluate(value, scope)]));
}
