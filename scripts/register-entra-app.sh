#!/bin/sh
# Registers the Entra application that people sign in to, with the roles OrderBell.Admin and OrderBell.Auditor.
#
#   sh scripts/register-entra-app.sh create  <name>       before `azd up`: prints the client id
#   sh scripts/register-entra-app.sh connect <client id>  after it: sign-in address, and trust in the app's identity
#
# Needs `az login` as somebody who may register applications, and for `connect` the azd environment of the deployment.
# There is no client secret: the app's managed identity vouches for it by a federated credential
# (learn.microsoft.com/azure/app-service/configure-authentication-provider-aad).
set -eu

create() {
  roles=$(mktemp)
  trap 'rm -f "$roles"' EXIT
  # The ids are ours and fixed, so that a second run changes nothing.
  cat > "$roles" <<'ROLES'
[
  {
    "id": "5b1a7c52-0d6e-4f4b-9a55-3f0c8d1e7a01",
    "value": "OrderBell.Admin",
    "displayName": "OrderBell administrator",
    "description": "Grants scopes, manages subscriptions and groups, redrives failed deliveries",
    "allowedMemberTypes": ["User"],
    "isEnabled": true
  },
  {
    "id": "5b1a7c52-0d6e-4f4b-9a55-3f0c8d1e7a02",
    "value": "OrderBell.Auditor",
    "displayName": "OrderBell auditor",
    "description": "Reads who was told of an order and why",
    "allowedMemberTypes": ["User"],
    "isEnabled": true
  }
]
ROLES
  client_id=$(az ad app create \
    --display-name "$1" \
    --sign-in-audience AzureADMyOrg \
    --enable-id-token-issuance true \
    --app-roles "@$roles" \
    --query appId --output tsv)
  # The service principal is what people and groups are given roles on.
  az ad sp show --id "$client_id" --output none 2>/dev/null || az ad sp create --id "$client_id" --output none
  echo "$client_id"
}

connect() {
  app_url=$(azd env get-value APP_URL)
  principal_id=$(azd env get-value IDENTITY_PRINCIPAL_ID)
  tenant_id=$(az account show --query tenantId --output tsv)
  az ad app update --id "$1" \
    --identifier-uris "api://$1" \
    --web-home-page-url "$app_url/app/" \
    --web-redirect-uris "$app_url/.auth/login/aad/callback"
  credential="{\"name\":\"orderbell\",\"issuer\":\"https://login.microsoftonline.com/$tenant_id/v2.0\",\"subject\":\"$principal_id\",\"audiences\":[\"api://AzureADTokenExchange\"]}"
  if az ad app federated-credential show --id "$1" --federated-credential-id orderbell --output none 2>/dev/null; then
    az ad app federated-credential update --id "$1" --federated-credential-id orderbell --parameters "$credential"
  else
    az ad app federated-credential create --id "$1" --parameters "$credential" --output none
  fi
}

case "${1:-}" in
  create) create "${2:?name}" ;;
  connect) connect "${2:?client id}" ;;
  *) sed -n '2,9p' "$0" >&2; exit 2 ;;
esac
