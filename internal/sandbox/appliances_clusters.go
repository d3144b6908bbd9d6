package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"time"
)

// clusters returns the rows of clusters, of what manages and watches them, of registries and secrets,
// and of servers for tickets and addresses.
func clusters() []Row { return slices.Concat(platforms(), hashiCorp(), clusterManagers(), watchers()) }

// platforms are registries, stores and identity services on one's own machines.
func platforms() []Row {
	return []Row{
		{
			Name: "conjur", Origin: "https://conjur.example.com",
			Path:   "/authn/prod/" + url.QueryEscape(Value("login")) + "/authenticate",
			Header: map[string]string{"Accept-Encoding": "base64"}, Body: Value("api_key"),
			Answered: map[string]string{"Content-Type": "text/plain"}, Answer: "TOKEN",
			Lifetime: 8 * time.Minute, Use: map[string]string{"Authorization": `Token token="TOKEN"`},
		},
		{
			Name: "docker", Origin: "https://auth.docker.io", Method: http.MethodGet, Path: "/token",
			Query: map[string]string{"service": "registry.docker.io", "scope": "repository:library/alpine:pull"},
			Basic: basic("username", "password"), Answer: `{"token":"TOKEN","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"}`,
			Lifetime: 5 * time.Minute,
		},
		{
			Name: "etcd", Origin: "https://etcd.example.com:2379", Path: "/v3/auth/authenticate",
			Type: typeJSON, Body: jsonBody("name", Value("username"), "password", Value("password")),
			Answer: `{"header":{"cluster_id":"14841639068965178418"},"token":"TOKEN"}`, Lifetime: 5 * time.Minute,
			Use: map[string]string{"Authorization": "TOKEN"},
		},
		{
			Name: "keystone", Origin: "https://keystone.example.com:5000", Path: "/v3/auth/tokens", Type: typeJSON,
			Body: `{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"` + Value("username") +
				`","domain":{"id":"default"},"password":"` + Value("password") + `"}}}}}`,
			Status: http.StatusCreated, Answered: map[string]string{"X-Subject-Token": "TOKEN"},
			Answer:   `{"token":{"expires_at":"RFC3339","methods":["password"]}}`,
			Lifetime: time.Hour, Use: map[string]string{"X-Auth-Token": "TOKEN"},
		},
	}
}

func hashiCorp() []Row {
	return []Row{
		{
			Name: "boundary", Origin: "https://boundary.example.com", Path: "/v1/auth-methods/ampw_1234567890:authenticate",
			Type: typeJSON, Body: `{"attributes":` + jsonBody("login_name", Value("username"), "password", Value("password")) + `}`,
			Answer:   `{"attributes":{"id":"EXTRA","token":"TOKEN","expiration_time":"RFC3339","type":"token"}}`,
			Lifetime: 7 * 24 * time.Hour,
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/v1/auth-tokens/EXTRA", Header: map[string]string{"Authorization": "Bearer TOKEN"},
			},
		},
		{
			Name: "consul", Origin: "https://consul.example.com:8501", Path: "/v1/acl/login", Type: typeJSON,
			Body:     jsonBody("AuthMethod", "ci", "BearerToken", Value("identity")),
			Answer:   `{"AccessorID":"fake-accessor","SecretID":"TOKEN","ExpirationTime":"RFC3339","Local":true}`,
			Lifetime: time.Hour, Use: map[string]string{"X-Consul-Token": "TOKEN"},
			Revocation: &Row{Method: http.MethodPost, Path: "/v1/acl/logout", Header: map[string]string{"X-Consul-Token": "TOKEN"}},
		},
		{
			Name: "nomad", Origin: "https://nomad.example.com:4646", Path: "/v1/acl/login", Type: typeJSON,
			Body:     jsonBody("AuthMethodName", "ci", "LoginToken", Value("identity")),
			Answer:   `{"AccessorID":"fake-accessor","SecretID":"TOKEN","ExpirationTime":"RFC3339","Global":false}`,
			Lifetime: time.Hour, Use: map[string]string{"X-Nomad-Token": "TOKEN"},
		},
		{
			Name: "vault", Origin: "https://vault.example.com:8200", Path: "/v1/auth/approle/login", Type: typeJSON,
			Body:     jsonBody("role_id", Value("role_id"), "secret_id", Value("secret_id")),
			Answer:   `{"auth":{"client_token":"TOKEN","lease_duration":SECONDS,"renewable":true}}`,
			Lifetime: 20 * time.Minute, Use: map[string]string{"X-Vault-Token": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/v1/auth/token/revoke-self", Header: map[string]string{"X-Vault-Token": "TOKEN"},
			},
		},
	}
}

func clusterManagers() []Row {
	return []Row{
		{
			Name: "argocd", Origin: "https://argocd.example.com", Path: "/api/v1/session",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answer: `{"token":"TOKEN"}`, Token: JWT, Lifetime: 24 * time.Hour,
		},
		{
			Name: "awx", Origin: "https://awx.example.com", Path: "/api/v2/tokens/", Basic: basic("username", "password"),
			Type: typeJSON, Body: jsonBody("description", "terraform", "scope", "write"),
			Status: http.StatusCreated, Answer: `{"id":42,"token":"TOKEN","expires":"RFC3339","scope":"write"}`, Lifetime: 24 * time.Hour,
			Revocation: &Row{Method: http.MethodDelete, Path: "/api/v2/tokens/42/", Basic: basic("username", "password")},
		},
		{
			Name: "kubernetes", Origin: "https://kubernetes.example.com:6443",
			Path:   "/api/v1/namespaces/default/serviceaccounts/terraform/token",
			Header: map[string]string{"Authorization": "Bearer " + Value("bootstrap_token")}, Type: typeJSON,
			Body: `{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}`, Status: http.StatusCreated,
			Answer: `{"kind":"TokenRequest","status":{"token":"TOKEN","expirationTimestamp":"RFC3339"}}`, Token: JWT, Lifetime: time.Hour,
		},
		{
			Name: "portainer", Origin: "https://portainer.example.com:9443", Path: "/api/auth", Type: typeJSON,
			Body:   jsonBody("Username", Value("username"), "Password", Value("password")),
			Answer: `{"jwt":"TOKEN"}`, Token: JWT, Lifetime: 8 * time.Hour,
			Revocation: &Row{Method: http.MethodPost, Path: "/api/auth/logout", Header: map[string]string{"Authorization": "Bearer TOKEN"}},
		},
		{
			Name: "rancher", Origin: "https://rancher.example.com", Path: "/v3-public/localProviders/local",
			Query: map[string]string{"action": "login"}, Type: typeJSON,
			Body: `{"username":"` + Value("username") + `","password":"` + Value("password") + `","ttl":3600000}`, Status: http.StatusCreated,
			Answer: `{"id":"token-fake","token":"TOKEN","ttl":MILLISECONDS}`, Lifetime: time.Hour,
			Revocation: &Row{
				Method: http.MethodPost, Path: "/v3/tokens", Query: map[string]string{"action": "logout"},
				Header: map[string]string{"Authorization": "Bearer TOKEN"},
			},
		},
	}
}

// watchers are of monitoring, logs, scanners, tickets and addresses.
func watchers() []Row {
	user := jsonBody("username", Value("username"), "password", Value("password"))
	glpi := map[string]string{"Session-Token": "TOKEN", "App-Token": Value("app_token")}
	tenable := map[string]string{"Cookie": "TNS_SESSIONID=TOKEN", "X-SecurityCenter": "1234567890"}
	return []Row{
		{
			Name: "glpi", Origin: "https://glpi.example.com", Method: http.MethodGet, Path: "/apirest.php/initSession",
			Header: map[string]string{"Authorization": "user_token " + Value("user_token"), "App-Token": Value("app_token")},
			Answer: `{"session_token":"TOKEN"}`, Use: glpi,
			Revocation: &Row{Method: http.MethodGet, Path: "/apirest.php/killSession", Header: glpi},
		},
		{
			Name: "graylog", Origin: "https://graylog.example.com", Path: "/api/system/sessions",
			Header: map[string]string{"X-Requested-By": "terraform"}, Type: typeJSON,
			Body:     jsonBody("username", Value("username"), "password", Value("password"), "host", "terraform"),
			Answer:   `{"valid_until":"RFC3339","session_id":"TOKEN"}`,
			Lifetime: 8 * time.Hour, UseBasic: "TOKEN:session",
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/api/system/sessions/TOKEN", Basic: "TOKEN:session",
				Header: map[string]string{"X-Requested-By": "terraform"},
			},
		},
		{
			Name: "phpipam", Origin: "https://phpipam.example.com", Path: "/api/terraform/user/", Basic: basic("username", "password"),
			Answer:   `{"code":200,"success":true,"data":{"token":"TOKEN","expires":"2026-01-01 06:00:00"}}`,
			Lifetime: 6 * time.Hour, Use: map[string]string{"token": "TOKEN"},
			Revocation: &Row{Method: http.MethodDelete, Path: "/api/terraform/user/", Header: map[string]string{"token": "TOKEN"}},
		},
		{
			Name: "pihole", Origin: "https://pihole.example.com", Path: "/api/auth", Type: typeJSON, Body: jsonBody("password", Value("password")),
			Answer:   `{"session":{"valid":true,"totp":false,"sid":"TOKEN","csrf":"EXTRA","validity":SECONDS}}`,
			Lifetime: 30 * time.Minute, Use: map[string]string{"X-FTL-SID": "TOKEN"},
			Revocation: &Row{Method: http.MethodDelete, Path: "/api/auth", Header: map[string]string{"X-FTL-SID": "TOKEN"}},
		},
		{
			Name: "splunk", Origin: "https://splunk.example.com:8089", Path: "/services/auth/login", Type: typeForm,
			Body:     formBody("username", Value("username"), "password", Value("password")),
			Answered: map[string]string{"Content-Type": "text/xml; charset=UTF-8"},
			Answer:   "<response>\n  <sessionKey>TOKEN</sessionKey>\n  <messages>\n    <msg code=\"\"></msg>\n  </messages>\n</response>\n",
			Lifetime: time.Hour, Use: map[string]string{"Authorization": "Splunk TOKEN"},
		},
		{
			Name: "tenable_sc", Origin: "https://sc.example.com", Path: "/rest/token", Type: typeJSON, Body: user,
			Cookies: []string{"TNS_SESSIONID=fake-before-login; path=/; secure; HttpOnly", "TNS_SESSIONID=TOKEN; path=/; secure; HttpOnly"},
			Answer:  `{"type":"regular","response":{"token":1234567890},"error_code":0,"error_msg":""}`, Use: tenable,
			Revocation: &Row{Method: http.MethodDelete, Path: "/rest/token", Header: tenable},
		},
		{
			Name: "zabbix", Origin: "https://zabbix.example.com", Path: "/api_jsonrpc.php", Type: typeJSON,
			Body:   `{"id":2,"jsonrpc":"2.0","method":"user.login","params":` + user + `}`,
			Answer: `{"jsonrpc":"2.0","result":"TOKEN","id":2}`,
			Revocation: &Row{
				Method: http.MethodPost, Path: "/api_jsonrpc.php", Header: map[string]string{"Authorization": "Bearer TOKEN"},
				Type: typeJSON, Body: `{"id":3,"jsonrpc":"2.0","method":"user.logout","params":[]}`,
			},
		},
	}
}
