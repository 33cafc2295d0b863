import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { runTool, type ToolResult } from '../../infra/scripts/dotnet.ts';
import { infraDirectory } from '../infra/infra.ts';
import { describeWithDotnet } from './withDotnet.ts';

const clientId = '11111111-1111-4111-8111-111111111111';
const principalId = '22222222-2222-4222-8222-222222222222';
const script = join(infraDirectory, 'graph/rbacForApplications.ps1');
const changesSchema = z.object({
  calls: z.array(z.object({ call: z.string(), parameters: z.record(z.string(), z.string()) })),
});

describeWithDotnet(
  'rbacForApplications.ps1, run by PowerShell with cmdlets that stand in for those of Exchange',
  () => {
    let directory: string;
    let organization: string;

    beforeAll(async () => {
      const { succeeded, stdout, stderr } = await runTool('dotnet', ['tool', 'restore'], {
        directory: import.meta.dirname,
      });
      if (!succeeded) throw new Error(stdout + stderr);
    });

    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'exchange-'));
      organization = join(directory, 'organization.json');
      writeOrganization({});
    });

    afterEach(() => rmSync(directory, { recursive: true }));

    function writeOrganization(changed: Readonly<Record<string, unknown>>): void {
      const empty = { servicePrincipals: {}, scopes: {}, assignments: {}, calls: [] };
      const mailboxes = {
        'directory@contoso.com': { PrimarySmtpAddress: 'directory@contoso.com' },
        "o'hara@contoso.com": { PrimarySmtpAddress: "o'hara@contoso.com" },
      };
      const groups = { 'everyone@contoso.com': { DistinguishedName: "CN=Everyone's,DC=contoso,DC=com" } };
      const inScope = [
        'directory@contoso.com Application Contacts.Read',
        "o'hara@contoso.com Application Contacts.Read",
        'ada@contoso.com Application Contacts.ReadWrite',
      ];
      writeFileSync(organization, JSON.stringify({ ...empty, mailboxes, groups, inScope, ...changed }));
    }

    function powershell(command: string): Promise<ToolResult> {
      return runTool('dotnet', ['tool', 'run', 'pwsh', '--', '-NoProfile', '-NonInteractive', '-Command', command], {
        directory: import.meta.dirname,
        environment: { EXCHANGE_ORGANIZATION: organization, PSModulePath: join(import.meta.dirname, 'exchange') },
      });
    }

    function runScript(more = ''): Promise<ToolResult> {
      const sources = `directory@contoso.com, "o'hara@contoso.com"`;
      return powershell(
        `& '${script}' -ClientId ${clientId} -PrincipalId ${principalId} -SourceMailbox ${sources} ` +
          `-TargetGroup everyone@contoso.com -ProbeMailbox ada@contoso.com ${more}; exit $LASTEXITCODE`,
      );
    }

    function changes() {
      return changesSchema.parse(JSON.parse(readFileSync(organization, 'utf8'))).calls;
    }

    test('is PowerShell without a syntax error', async () => {
      const errors = '$errors = $null; [void] [System.Management.Automation.Language.Parser]::ParseFile';

      expect(await powershell(`${errors}('${script}', [ref] $null, [ref] $errors); $errors`)).toEqual({
        succeeded: true,
        stdout: '',
        stderr: '',
      });
    });

    test('lets the app read the sources and write the members of the group, and nothing else', async () => {
      const { succeeded, stdout, stderr } = await runScript();

      expect({ succeeded, stderr }).toEqual({ succeeded: true, stderr: '' });
      expect(changes()).toEqual([
        {
          call: 'New-ServicePrincipal',
          parameters: { AppId: clientId, ObjectId: principalId, DisplayName: 'Contact Folder Sync' },
        },
        {
          call: 'New-ManagementScope',
          parameters: {
            Name: 'Contact Folder Sync sources',
            RecipientRestrictionFilter:
              "PrimarySmtpAddress -eq 'directory@contoso.com' -or PrimarySmtpAddress -eq 'o''hara@contoso.com'",
          },
        },
        {
          call: 'New-ManagementScope',
          parameters: {
            Name: 'Contact Folder Sync targets',
            RecipientRestrictionFilter: "MemberOfGroup -eq 'CN=Everyone''s,DC=contoso,DC=com'",
          },
        },
        {
          call: 'New-ManagementRoleAssignment',
          parameters: {
            Name: 'Contact Folder Sync reads sources',
            App: principalId,
            Role: 'Application Contacts.Read',
            CustomResourceScope: 'Contact Folder Sync sources',
          },
        },
        {
          call: 'New-ManagementRoleAssignment',
          parameters: {
            Name: 'Contact Folder Sync writes targets',
            App: principalId,
            Role: 'Application Contacts.ReadWrite',
            CustomResourceScope: 'Contact Folder Sync targets',
          },
        },
      ]);
      expect(stdout.match(/^ok /gm)).toHaveLength(3);
    });

    test('changes what differs when it is run again, and nothing with -CheckOnly', async () => {
      await runScript();
      const first = changes().length;
      await runScript('-CheckOnly');
      const checked = changes().length;
      await runScript();

      expect(checked).toBe(first);
      expect(
        changes()
          .slice(first)
          .map(({ call }) => call),
      ).toEqual(['Set-ManagementScope', 'Set-ManagementScope']);
    });

    test('fails when a mailbox is out of scope, and says which', async () => {
      writeOrganization({ inScope: ['directory@contoso.com Application Contacts.Read'] });

      const { succeeded, stdout } = await runScript();

      expect(succeeded).toBe(false);
      expect(stdout).toMatch(/^MISSING {2}o'hara@contoso.com: Application Contacts.Read$/m);
      expect(stdout).toMatch(/^MISSING {2}ada@contoso.com: Application Contacts.ReadWrite$/m);
    });
  },
);
