#!/usr/bin/env bash
# Makes the secrets that are the app's own, once each: one that is there stays. client-state is what Graph repeats in
# every change notification; address-index is what addresses of removed contacts are hashed with, and is never changed.
# Goes through Azure Resource Manager, so that it needs no role on the secrets and works with private endpoints too.
#
# Usage: createSecrets.sh [resource group] [key vault]      (from azd's environment if left out)
# Needs: az, logged in with the right to write the vault's resource (Contributor); openssl.
set -euo pipefail

resource_group=${1:-${AZURE_RESOURCE_GROUP:?name the resource group}}
vault=${2:-${AZURE_KEY_VAULT_NAME:?name the key vault}}
api_version=2026-02-01

subscription=${AZURE_SUBSCRIPTION_ID:-$(az account show --query id --output tsv)}
secrets="/subscriptions/$subscription/resourceGroups/$resource_group/providers/Microsoft.KeyVault/vaults/$vault/secrets"

for secret_name in client-state address-index; do
  existing=$(az rest --method get --url "$secrets?api-version=$api_version" \
    --query "value[?name=='$secret_name'] | length(@)" --output tsv)
  if [ "$existing" != 0 ]; then
    echo "The secret $secret_name is there."
    continue
  fi

  # By standard input: an argument could be seen in the list of processes. No answer, which would repeat the secret.
  printf '{"properties":{"value":"%s","contentType":"text/plain"}}' "$(openssl rand -hex 32)" |
    az rest --method put --url "$secrets/$secret_name?api-version=$api_version" --body @- --output none
  echo "The secret $secret_name was made."
done
