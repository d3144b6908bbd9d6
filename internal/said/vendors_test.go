package said

import (
	"strings"
	"testing"
)

// vendorWords is the message of a vendor, and the set of its reader.
type vendorWords struct {
	vendor string
	says   string
	set    Book
}

func entries(named ...string) Book {
	var book Book
	for i := 0; i+1 < len(named); i += 2 {
		book = book.Add(named[i], NewSecret(named[i+1]))
	}
	return book
}

// The messages of vendors, with made-up ids.
func vendorsOfIdentity() []vendorWords {
	plain := entries("client_secret", "fake-client-secret-1")
	entra := entries("client_secret", "fak8Q~zR5vXk2LpWc9TnBd4Ym7Hs1Gq3Ej6Uo0Ia", "requested_token_use", "on_behalf_of", "resource", "https://graph.microsoft.com")
	return []vendorWords{
		{"Okta", "invalid_client: The client secret supplied for a confidential client is invalid.", plain},
		{"Okta, API", "E0000004: Authentication failed. errorId oaeyeSqWRUQR2-fzxMYXUMifg", plain},
		{"Okta, Assertion", "invalid_client: The parsing of the client_assertion failed. The audience claim for client_assertion must be the endpoint invoked for the request.", plain},
		{"Entra 7000215", "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '4d856d1f-8648-456c-9bb2-f36273bbe4e3'. Trace ID: 6bad8289-db4a-49da-8609-0848d8d71700 Correlation ID: 63b8bb61-5ca6-4ae3-8224-15a4de11cd87 Timestamp: 2023-02-20 07:21:29Z", entra},
		{"Entra 700027", "AADSTS700027: Client assertion contains an invalid signature. [Reason - The key was not found., Thumbprint of key used by client: '8BDEB513EAC11E9E9DA752EB9D5087F317F6D931', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '26790ce1-d05c-4de7-ba73-51837152f0bc'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/26790ce1-d05c-4de7-ba73-51837152f0bc'].", entra},
		{"Entra 50013", "AADSTS50013: Assertion failed signature validation. [Reason - The provided signature value did not match the expected signature value., Thumbprint of key used by client: '977B10FB9D1C087E3105564B1D31B09D247BEBCD', Found key 'Start=02/07/2021 17:00:39, End=02/06/2026 17:00:39']. Trace ID: 62d60ed5-56c3-45a0-b960-93d4ec917d00", entra},
		{"Entra 700016", "AADSTS700016: Application with identifier '00001111-aaaa-2222-bbbb-3333cccc4444' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.", entra},
		{"Entra 50126", "AADSTS50126: Error validating credentials due to invalid username or password.", entries("form", "grant_type=password&username=me%40contoso.com&password=fake-Passw0rd%21&scope=openid")},
		{"Entra 90002", "AADSTS90002: Tenant 'contoso.example.com' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.", entra},
		{"Auth0", "access_denied: Service not found: https://api.example.com/v2/", entries("json", `{"client_id":"AaBbCcDdEeFfGgHhIiJjKkLlMmNnOo12","client_secret":"fake-0aZ9bY8cX7dW6eV5fU4gT3hS2iR1jQ","audience":"https://api.example.com/v2/","grant_type":"client_credentials"}`)},
		{"Auth0, grant", "unauthorized_client: Client 'AaBbCcDdEeFfGgHhIiJjKkLlMmNnOo12' is not authorized to access resource server \"https://api.example.com/v2/\".", plain},
		{"Keycloak", "unauthorized_client: Client not enabled to retrieve service account", plain},
		{"Keycloak, exchange", "invalid_client: Audience not found. Invalid client or Invalid client credentials", plain},
		{"Ping", "invalid_client: Request denied: Unsupported authentication method (Correlation ID: 5f1c3c6e-7a55-4b17-9d3b-6d2f1b0c7e11)", plain},
		{"Cognito", "Unable to verify secret hash for client 37tdsno2jkaiu9585hdon8qaa6", entries("client_secret", "fake1a2b3c4d5e6f7g8h9i0jklmnopqrstuvwxyz")},
		{"Salesforce", "invalid_grant: user hasn't approved this consumer", entries("form", "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJmYWtlIn0.ZmFrZS1zaWduYXR1cmU")},
		{"Salesforce, flow", "invalid_grant: no client credentials user enabled", plain},
		{"Google", "invalid_grant: Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.", entries("claims", `{"iss":"svc@project-1.iam.gserviceaccount.com","scope":"https://www.googleapis.com/auth/cloud-platform","aud":"https://oauth2.googleapis.com/token"}`)},
		{"Google, account", "invalid_grant: Invalid grant: account not found", plain},
		{"WSO2", "invalid_client: A valid OAuth client could not be found for client_id: w_sNIcatiDplDKRibkIWgSH8w00b", plain},
		{"Apigee", "ClientId is Invalid", plain},
		{"Kong", "invalid_provision_key: Invalid provision_key", entries("form", "provision_key=fake-provision-1&authenticated_userid=svc&scope=read")},
		{"XSUAA", "unauthorized: Bad credentials", plain},
		{"XSUAA, issuer", "invalid_client: Unable to map issuer, https://acme.authentication.eu20.hana.ondemand.com/oauth/token , to a single registered provider", plain},
		{"ServiceNow", "server_error: access_denied", plain},
		{"OneLogin", "Unauthorized: Authentication Failure", entries("Authorization", "client_id:0123456789abcdef, client_secret:fedcba9876543210aabbccdd")},
		{"Cloudflare Access", "invalid_grant: iss \"https://acme.cloudflareaccess.com\" does not match aud 12b5d20d7f0e4a1b9a7c3e5f6d8091a2b3c4d5e6f708192a3b4c5d6e7f809102", plain},
		{"Duende", "invalid_scope: The requested scope 'api1.read' is not allowed for client m2m.short", entries("client_secret", "fake-m2m-secret")},
		{"Hydra", "invalid_client: Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). The OAuth 2.0 Client supports client authentication method 'client_secret_basic', but method 'client_secret_post' was requested.", plain},
		{"FusionAuth", "invalid_client: Invalid client authentication credentials. [change_me] not_found_client", plain},
	}
}

func vendorsOfSoftware() []vendorWords {
	login := entries("json", `{"username":"svc-terraform","password":"fake-Passw0rd!","domain":"local","authProvider":"LocalLoginProvider"}`)
	return []vendorWords{
		{"GitHub", "A JSON web token could not be decoded", entries("private_key_pem", fakePEM)},
		{"GitHub, clock", "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued. Documentation: https://docs.github.com/rest", entries("private_key_pem", fakePEM)},
		{"GitLab", "invalid_grant: The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.", entries("refresh_token", "fake-refresh-token-9b1d")},
		{"Zendesk", "invalid_grant: Couldn't authenticate you", login},
		{"Atlassian", "invalid_request: Failed to retrieve client by id 'f0E1d2C3b4A5' (UnauthorizedException)", entries("client_secret", "fakeATOA1b2c3d4e5f6g7h8i9j0")},
		{"Datadog", "Forbidden: missing required permission: api_keys_read, org 2f1e-prod", entries("headers", "DD-API-KEY=0123456789abcdef0123456789abcdef")},
		{"Stripe", "No such application: 'ca_FkyHCg7X8mlvCUdMDao4mMxagUfhIwXb'; code: invalid_client", entries("form", "client_secret=fake_live_1234567890&grant_type=refresh_token")},
		{"PayPal", "invalid_client: Client Authentication failed. debug_id f66c3d5e0f1a2", plainBook()},
		{"Shopify", "invalid_request: The API client is not permitted to use the client_credentials grant for shop acme.myshopify.com", plainBook()},
		{"Twilio", "20003: Authenticate. More info: https://www.twilio.com/docs/errors/20003", entries("basic_auth", "Basic QUNmYWtlOmZha2Utc2VjcmV0")},
		{"Zoom", "unsupported_grant_type: unsupported grant type", entries("form", "grant_type=account_credentials&account_id=AbCdEfGhIjKlMnOpQrStUv")},
		{"Docusign", "invalid_grant: no_valid_keys_or_signatures", entries("private_key_pem", fakePEM)},
		{"Docusign, consent", "consent_required: issuer_not_found for 4556e2f7-4a3d-41f9-a0c3-18535a28ab2a", entries("private_key_pem", fakePEM)},
		{"Adobe", "invalid_token: Could not match JWT signature to any of the bindings", entries("form", "client_id=fake&client_secret=p8e-fake1234567890&jwt_token=fake")},
		{"Box", "invalid_grant: Please check the 'exp' claim. The 'exp' value exceeds the maximum value of 60 seconds beyond the issue time.", entries("private_key_passphrase", "fake-box-passphrase")},
		{"Box, date", "invalid_grant: Current date/time MUST be before the expiration date/time listed in the 'exp' claim", plainBook()},
		{"Snowflake", "390144: JWT token is invalid. [ce50495e-84cd-4ec5-9643-777bf4fb397a]", entries("private_key_pem", fakePEM)},
		{"Databricks", "invalid_client: Client authentication failed. Request id 0a1b2c3d-0000-4d5e-8f90-1234567890ab", plainBook()},
		{"Prisma Cloud", "invalid_credentials: Login failed, x-redlock-status: [{\"i18nKey\":\"invalid_credentials\",\"severity\":\"error\"}]", login},
		{"SentinelOne", "4010010: Authentication Failed: No valid login found for the Console user", entries("json", `{"data":{"apiToken":"fake80charactersfake80charactersfake80charactersfake80characters"}}`)},
		{"CrowdStrike", "403: Failed to generate access token for clientID=0a1b2c3d4e5f60718293a4b5c6d7e8f9. trace_id 6a6bca92-9467-480d-b1ac-732cef340f78", plainBook()},
		{"Qualys", "2000: Bad Login/Password. Customer locked out since 2024-05-01T10:00:00Z", entries("form", "username=svc&password=fake-qualys-1&token=true")},
		{"Rubrik", "422: Incorrect Username/Password for User:::62482f5f-8ff0-4524-a2e7-6564c46ecb5f", entries("json", `{"serviceAccountId":"User:::62482f5f-8ff0-4524-a2e7-6564c46ecb5f","secret":"fake+eulP0u2SpSryNqf8TEQpQb4NV"}`)},
		{"Veeam", "invalid_grant: The user name or password is incorrect. Error code AccessDenied", entries("form", "grant_type=password&username=ADMIN&password=fake-veeam-1")},
		{"Commvault", "Login failed. Invalid username or password. errList [1116]", entries("json", `{"mode":4,"username":"svc","password":"ZmFrZS1jb21tdmF1bHQ="}`)},
		{"NetApp", "6691623: User is not authorized. Target: /api/cluster", entries("basic_auth", "Basic ZmFrZTpmYWtlLW9udGFw")},
		{"Pure", "Invalid session. Context ka-rz1-arr-1, remote-arrays", entries("headers", "api-token=fake-1234-5678-90ab-cdef")},
		{"Nutanix", "AUTHENTICATION_REQUIRED: Authentication required. api_version 3.1 kind: Error state: ERROR", login},
		{"Dell iDRAC", "Base.1.2.AccessDenied: The authentication credentials included with this request are missing or invalid. Attempt to ensure that the URI is correct and that the service has the appropriate credentials.", entries("json", `{"UserName":"root","Password":"fake-calvin"}`)},
		{"OpenBMC", "While accessing the resource at /redfish/v1/SessionService/Sessions, the service received an authorization error Invalid username or password.", entries("json", `{"UserName":"root","Password":"fake-0penBmc"}`)},
		{"OneView", "AUTHN_AUTH_FAIL: Invalid username or password or directory. Enter correct credentials and try again. To obtain a username or password, contact your security administrator.", entries("json", `{"userName":"Administrator","password":"fake-0neview","authLoginDomain":"Local","loginMsgAck":"true"}`)},
		{"FMC", "Credentials are incorrect or your account is locked; DOMAIN_UUID e276abec-e0f2-11e3-8169-6d9ed49b625f", entries("basic_auth", "Basic YXBpOmZha2UtZm1jLTE=")},
		{"APIC", "401: TACACS+ Server Authentication DENIED", entries("body", `<aaaUser name="apic:local\\svc" pwd="fake-apic-1"/>`)},
		{"F5", "401: Authentication required! loginProviderName is invalid. restOperationId 30929671 referer 10.242.195.4", entries("json", `{"username":"admin","password":"fake-bigip-1","loginProviderName":"tmos"}`)},
		{"Check Point", "err_login_failed: Authentication to server failed.", entries("json", `{"user":"api_admin","password":"fake-chkp-1","domain":"System Data","session-timeout":600}`)},
		{"PAN", "403: Invalid Credential", entries("query", "type=keygen&user=svc&password=fake-panos-1")},
		{"Zabbix", "-32602: Invalid params. Invalid parameter \"/\": unexpected parameter \"user\".", entries("json", `{"jsonrpc":"2.0","method":"user.login","params":{"user":"Admin","password":"fake-zabbix"},"id":1}`)},
		{"Proxmox", "authentication failure: no such user ('terraform@pve'), realm 'pve' does not exist", entries("form", "username=terraform%40pve&password=fake-pve-1&realm=pve")},
		{"vCenter", "com.vmware.vapi.endpoint.failedToLoginMaxSessionCountReached: User session count is limited to 550. Existing session count is 550 for user svc@vsphere.local. UNAUTHENTICATED", entries("basic_auth", "Basic c3ZjQHZzcGhlcmUubG9jYWw6ZmFrZS12Y2VudGVy")},
		{"NSX", "403: The credentials were incorrect or the account specified has been locked. module_name common-services", entries("form", "j_username=admin&j_password=fake-nsx-1")},
		{"Rancher", "Unauthorized: authentication failed, provider local, type publicError", entries("json", `{"username":"admin","password":"fake-rancher","responseType":"json","ttl":60000}`)},
		{"Vault", "permission denied; invalid role or secret ID; namespace admin/team-a/", entries("json", `{"role_id":"59d6d1ca-47bb-4e7e-a40b-8be3bc5a0ba8","secret_id":"84896a0c-1347-aa90-a4f6-aca8b7558780"}`)},
		{"ACR", "unauthorized: authentication required, visit https://aka.ms/acr/authorization for more information. CorrelationId: 3f9c1d52-7b1e-4c0a-9d55-0a8e6b21c7f4", entries("form", "grant_type=access_token&service=acme.azurecr.io&access_token=eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJmYWtlIn0.c2ln")},
		{"Keystone", "401: The request you have made requires authentication. (HTTP 401) (Request-ID: req-4a6c0b6e-4a9d-4f2c-b0a5-1f6c1d2e3f40)", entries("json", `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"admin","domain":{"id":"default"},"password":"fake-keystone"}}},"scope":{"project":{"name":"admin"}}}}`)},
		{"UniFi", "api.err.Invalid: AUTHENTICATION_FAILED_INVALID_CREDENTIALS, site default", entries("json", `{"username":"svc","password":"fake-unifi","remember":true,"strict":true}`)},
		{"Grafana", "Invalid API key. messageId: api-key.invalid statusCode: 401 traceID: 4bf92f3577b34da6a3ce929d0e0e4736", entries("headers", "Authorization=Bearer glsa_fake1234")},
		{"LDAP realm", "Invalid user name or password. The realm Local is unknown to this server.", entries("form", "grant_type=password&realm=Local&type=server&username=me&password=fake-realm-1")},
		{"SOAP", "INVALID_LOGIN: Invalid username, password, security token; or user locked out. ns0:Client wsse:FailedAuthentication", entries("body", `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header><wsse:Password Type="#PasswordText"><![CDATA[fake-<soap>-1]]></wsse:Password></s:Header></s:Envelope>`)},
		{"GraphQL", "GRAPHQL_VALIDATION_FAILED: Cannot query field \"accessToken\" on type \"LoginPayload\". Did you mean \"token\"? at line 1, column 42", entries("json", `{"query":"mutation Login { login(user: \"svc\", password: \"fake-graphql-1\") { accessToken } }"}`)},
		{"Oracle IDCS", "invalid_client: Client authentication failed. ecId: 8Vjq4^W0000000000, RID 0:1", plainBook()},
	}
}

const fakePEM = "-----BEGIN PRIVATE KEY-----\nZmFrZUZBS0Vmb3JUZXN0c09ubHlOb3RBS2V5QXRBbGwxMjM0NTY3ODkwYWJjZGVmZ2hpams=\nMDEyMzQ1Njc4OWFiY2RlZkdISUpLTE1OT1BRUlNUVVZXWFlaYWJjZGVmZ2hpamtsbW5vcHE=\n-----END PRIVATE KEY-----\n"

func plainBook() Book { return entries("client_secret", "fake-client-secret-1") }

// commonSets are sets whose users may get the message of any vendor.
func commonSets() map[string]Book {
	return map[string]Book{
		"a secret of everyday words": entries("client_secret", "invalid-client-secret"),
		"a password":                 entries("password", "My-Password-2024"),
		"a form":                     entries("form", "grant_type=password&realm=Local&type=server&scope=read+write&username=me&password=fake-Passw0rd%21"),
		"a passphrase":               entries("passphrase", "wrong token horse battery"),
		"hex":                        entries("client_secret", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
		"a UUID":                     entries("client_secret", "0d8a1c3e-5b7f-4e21-9a6c-3c2b1a0f9e8d"),
		"zeros":                      entries("client_secret", "00000000-0000-0000-0000-000000000001"),
		"short":                      entries("client_secret", "t", "password", "abc", "pin", "0", "json", `{"v":1,"pin":7}`),
		"a key":                      entries("private_key_pem", fakePEM),
		"a token of the answer":      entries("access_token", "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2FwaS5leGFtcGxlLmNvbS8iLCJhdWQiOiJmYWtlIn0.ZmFrZS1zaWduYXR1cmU"),
		"a JWK": entries("private_key_pem", `{"kty":"EC","crv":"P-256","alg":"ES256","kid":"fake-key-1","x":"ZmFrZS14","y":"ZmFrZS15","d":"ZmFrZS1wcml2YXRlLW1lbWJlcg"}`,
			"claims", `{"iss":"https://api.example.com/v2/","aud":"https://oauth2.googleapis.com/token","sub":"svc-terraform","alg":"ES256"}`),
	}
}

// A message of a vendor is shown whole with any set.
func TestVendorsWords(t *testing.T) {
	t.Parallel()
	all := append(vendorsOfIdentity(), vendorsOfSoftware()...)
	vendors := map[string]bool{}
	for _, words := range all {
		vendor, _, _ := strings.Cut(words.vendor, ",")
		vendors[strings.TrimRight(vendor, " 0123456789")] = true
		sets := commonSets()
		sets["its own"] = words.set
		for name, set := range sets {
			if got := string(set.Judge().Message(NewForeign(words.says))); got != words.says {
				t.Errorf("%s, %s:\n got %q\nwant %q", words.vendor, name, got, words.says)
			}
		}
	}
	if len(vendors) < 60 {
		t.Errorf("only %d vendors", len(vendors))
	}
}
