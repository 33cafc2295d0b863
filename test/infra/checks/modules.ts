import { type BicepFile, type Block, propertiesOf } from '../bicep/bicepFile.ts';
import { isNullable, parameterShape } from '../bicep/bicepShapes.ts';
import { partsOf } from '../bicep/parser.ts';
import { type Infra, resolveFile } from '../infra.ts';
import { checkValue } from './values.ts';

/** Every module's file is there; what it needs is passed, and nothing that it does not know or that is of another type. */
export function findModuleProblems(infra: Infra): string[] {
  return [...infra.files.values()].flatMap(file =>
    [...file.modules.values()].flatMap(block => checkModule(infra, file, block)),
  );
}

/** The same for a parameter file and main.bicep, and for the standard values of parameters. */
export function findParameterProblems(infra: Infra): string[] {
  const main = infra.files.get('main.bicep');
  const files = [...infra.parameterFiles].flatMap(([path, root]) => {
    if (!main) return ['There is no main.bicep'];
    const statements = partsOf(root).filter(({ type }) => type === 'variable_declaration');
    const given = new Map(
      statements.map(partsOf).flatMap(([name, value]) => (name && value ? [[name.text, value]] : [])),
    );
    return checkPassed(infra, main, given, { ...main, path });
  });
  const standards = [...infra.files.values()].flatMap(file =>
    [...file.parameters].flatMap(([name, parameter]) =>
      parameter.standard
        ? checkValue(parameter.standard, parameterShape(parameter, file, infra), { infra, file, path: name })
        : [],
    ),
  );
  const described = [...infra.files.values()].flatMap(file =>
    [...file.parameters]
      .filter(([, { decorators }]) => !decorators.has('description'))
      .map(([name]) => `${file.path}: the parameter ${name} has no description`),
  );
  return [...files, ...standards, ...described];
}

function checkModule(infra: Infra, file: BicepFile, block: Block): string[] {
  const target = resolveFile(infra, file, block.reference);
  if (!target) return [`${file.path}: the module ${block.symbol} names ${block.reference}, which is not there`];
  const passed = propertiesOf(block.body).get('params')?.value;
  const values = passed ? [...propertiesOf(passed)].map(([name, { value }]) => [name, value] as const) : [];
  return checkPassed(infra, target, new Map(values), file, block.symbol);
}

function checkPassed(
  infra: Infra,
  target: BicepFile,
  given: ReadonlyMap<string, Parameters<typeof checkValue>[0]>,
  file: BicepFile,
  symbol = 'param',
): string[] {
  const missing = [...target.parameters]
    .filter(
      ([name, parameter]) =>
        !parameter.standard && !given.has(name) && !isNullable(parameterShape(parameter, target, infra)),
    )
    .map(([name]) => `${file.path}: ${symbol} does not pass ${name}`);
  const wrong = [...given].flatMap(([name, value]) => {
    const parameter = target.parameters.get(name);
    if (!parameter) return [`${file.path}: ${symbol} passes ${name}, which ${target.path} does not know`];
    return checkValue(value, parameterShape(parameter, target, infra), { infra, file, path: `${symbol}.${name}` });
  });
  return [...missing, ...wrong];
}
