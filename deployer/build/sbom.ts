import type { Models as CycloneDx } from '@cyclonedx/cyclonedx-library';
import { arches } from '../../agent/contract/requirements.ts';
import { bundleAgent } from './bundle.ts';
import { bundleDeployer } from './bundle-deployer.ts';
import type { BundledPackage } from './bundled-packages.ts';
import type { Home } from './home.ts';
import { type Pins, readPins } from './integrity.ts';

/** The name of the bill of materials, beside what it lists. */
export const SBOM = 'sbom.cdx.json';

/**
 * The bill of materials in CycloneDX 1.6: the agent and the deployer with the packages that are in them, and the Node of
 * the servers. Without a time and a serial number: the same tree gives the same bytes.
 */
export async function buildSbom(home: Home): Promise<string> {
  const { Enums, Models, Serialize, Spec } = await import('@cyclonedx/cyclonedx-library');
  const agent = await bundleAgent(home.root, home.version);
  const deployer = await bundleDeployer(home.root);
  const own = (name: string, parts: readonly CycloneDx.Component[]): CycloneDx.Component => {
    const component = new Models.Component(Enums.ComponentType.Application, name, {
      bomRef: name,
      version: home.version,
      licenses: new Models.LicenseRepository([new Models.SpdxLicense('MIT')]),
    });
    for (const part of parts) component.dependencies.add(part.bomRef);
    return component;
  };
  const npm = ({ name, version, license, integrity }: Npm): CycloneDx.Component =>
    new Models.Component(Enums.ComponentType.Library, name, {
      bomRef: `${name}@${version}`,
      version,
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-512'], hexOf(integrity)]]),
      licenses: new Models.LicenseRepository([licenseOf(license)]),
    });
  const licenseOf = (license: string): CycloneDx.License =>
    / |\(/.test(license) ? new Models.LicenseExpression(license) : new Models.SpdxLicense(license);
  const libraries = new Map<string, CycloneDx.Component>();
  const parts = (packages: readonly BundledPackage[]): CycloneDx.Component[] =>
    packages.map(each => {
      const key = `${each.name}@${each.version}`;
      const known = libraries.get(key) ?? npm(each);
      libraries.set(key, known);
      return known;
    });
  const runtimes = runtimePackages(await readPins(home)).map(npm);
  const programs = [
    own('homelab-agent', [...parts(agent.packages), ...runtimes]),
    own('homelab-deploy', parts(deployer.packages)),
  ];
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: own('homelab-agent-package', programs) }),
    components: new Models.ComponentRepository([...programs, ...libraries.values(), ...runtimes]),
  });
  const normalizer = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${new Serialize.JsonSerializer(normalizer).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

type Npm = Omit<BundledPackage, 'licenceText'>;

/** The npm packages that carry the official binaries. */
function runtimePackages(pins: Pins): Npm[] {
  return arches.map(arch => ({
    name: `node-linux-${arch}`,
    version: pins.node,
    license: 'MIT',
    integrity: pins[arch],
  }));
}

/** `sha512-…` in base64, as npm writes it, in hexadecimal digits. */
function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
}
