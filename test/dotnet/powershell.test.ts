import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

async function restoreTools(): Promise<void> {
  const { succeeded, stdout, stderr } = await runTool('dotnet', ['tool', 'restore'], {
    directory: import.meta.dirname,
  });
  if (!succeeded) throw new Error(stdout + stderr);
}

describeWithDotnet(
  'rbacForApplications.ps1, run by PowerShell with cmdlets that stand in for those of Exchange',
  () => {
    let directory: string;
    let organization: string;

    beforeAll(restoreTools);

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

    test('lets the app send notices from one mailbox, and with that alone changes nothing about contacts', async () => {
      writeOrganization({ inScope: ['directory@contoso.com Application Mail.Send'] });
      const { succeeded, stdout, stderr } = await powershell(
        `& '${script}' -ClientId ${clientId} -PrincipalId ${principalId} -NoticeMailbox directory@contoso.com; exit $LASTEXITCODE`,
      );

      expect({ succeeded, stderr }).toEqual({ succeeded: true, stderr: '' });
      expect(changes().slice(1)).toEqual([
        {
          call: 'New-ManagementScope',
          parameters: {
            Name: 'Contact Folder Sync notices',
            RecipientRestrictionFilter: "PrimarySmtpAddress -eq 'directory@contoso.com'",
          },
        },
        {
          call: 'New-ManagementRoleAssignment',
          parameters: {
            Name: 'Contact Folder Sync sends notices',
            App: principalId,
            Role: 'Application Mail.Send',
            CustomResourceScope: 'Contact Folder Sync notices',
          },
        },
      ]);
      expect(stdout).toMatch(/^ok .*directory@contoso.com: Application Mail.Send$/m);
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

describeWithDotnet('otherTenant.ps1, run with a stand-in for the Azure CLI too', () => {
  let directory: string;
  let organization: string;

  beforeAll(restoreTools);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tenant-'));
    organization = join(directory, 'organization.json');
    const mailboxes = {
      'shared@fabrikam.com': {
        PrimarySmtpAddress: 'shared@fabrikam.com',
        UserPrincipalName: 'shared@corp.fabrikam.com',
      },
    };
    const inScope = ['shared@fabrikam.com Application Contacts.Read'];
    const empty = { servicePrincipals: {}, scopes: {}, assignments: {}, groups: {}, calls: [] };
    writeFileSync(organization, JSON.stringify({ ...empty, mailboxes, inScope }));
    writeFileSync(join(directory, 'az'), fakeAzureCli, { mode: 0o755 });
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  async function runScript(more = ''): Promise<ToolResult & { calls: unknown[]; added: boolean }> {
    const path = join(infraDirectory, 'graph/otherTenant.ps1');
    const command = `& '${path}' -ClientId ${clientId} -Mailbox shared@fabrikam.com ${more}; exit $LASTEXITCODE`;
    const result = await runTool(
      'dotnet',
      ['tool', 'run', 'pwsh', '--', '-NoProfile', '-NonInteractive', '-Command', command],
      {
        directory: import.meta.dirname,
        environment: {
          EXCHANGE_ORGANIZATION: organization,
          PSModulePath: join(import.meta.dirname, 'exchange'),
          PATH: `${directory}:${process.env.PATH}`,
          ADDED: join(directory, 'added'),
        },
      },
    );
    const { calls } = changesSchema.parse(JSON.parse(readFileSync(organization, 'utf8')));
    return { ...result, calls, added: existsSync(join(directory, 'added')) };
  }

  test('adds the app to the tenant, lets it read the contacts of the mailbox alone, and says what to set', async () => {
    const { succeeded, stdout, stderr, calls, added } = await runScript();
    expect({ succeeded, stderr, added }).toEqual({ succeeded: true, stderr: '', added: true });
    const names = { Name: 'Contact Folder Sync partner mailboxes' };
    expect(calls).toEqual([
      {
        call: 'New-ServicePrincipal',
        parameters: { AppId: clientId, ObjectId: principalId, DisplayName: 'Contact Folder Sync partner' },
      },
      {
        call: 'New-ManagementScope',
        parameters: { ...names, RecipientRestrictionFilter: "PrimarySmtpAddress -eq 'shared@fabrikam.com'" },
      },
      {
        call: 'New-ManagementRoleAssignment',
        parameters: {
          Name: 'Contact Folder Sync partner reads mailboxes',
          App: principalId,
          Role: 'Application Contacts.Read',
          CustomResourceScope: names.Name,
        },
      },
    ]);
    expect(stdout).toMatch(/^ok .*shared@fabrikam.com: Application Contacts.Read$/m);
    expect(stdout).toMatch(/^tenantId {2}33333333-3333-4333-8333-333333333333$/m);
    expect(stdout).toMatch(/^mailbox {3}shared@corp.fabrikam.com$/m);
  });

  test('with -CheckOnly says that the app is not there, and adds nothing', async () => {
    const { succeeded, stdout, calls, added } = await runScript('-CheckOnly');
    expect({ succeeded, calls, added }).toEqual({ succeeded: false, calls: [], added: false });
    expect(stdout).toMatch(/^MISSING .*in this tenant$/m);
  });
});

/** `az ad sp list`, `az ad sp create` and `az account show`, as far as the script asks. */
const fakeAzureCli = `#!/bin/sh
case "$*" in
  "ad sp list"*) [ ! -e "$ADDED" ] || echo ${principalId} ;;
  "ad sp create"*) touch "$ADDED"; echo ${principalId} ;;
  "account show"*) echo 33333333-3333-4333-8333-333333333333 ;;
  *) exit 2 ;;
esac
`;
