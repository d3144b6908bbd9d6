package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// hypervisors returns the rows of hypervisors and their managers, of the boards that they run on, and
// of what backs up and copies their machines.
func hypervisors() []Row { return slices.Concat(vmware(), managers(), hosts(), backups()) }

func vmware() []Row {
	user := jsonBody("username", Value("username"), "password", Value("password"))
	vcd := map[string]string{"Authorization": "Bearer TOKEN", "Accept": "application/json;version=38.0"}
	operations := map[string]string{"Authorization": "vRealizeOpsToken TOKEN", "Accept": "application/json"}
	return []Row{
		{
			Name: "aria_automation_login", Origin: "https://automation.example.com", Path: "/csp/gateway/am/api/login",
			Query: map[string]string{"access_token": ""}, Type: typeJSON, Body: user,
			Answer: `{"refresh_token":"TOKEN"}`,
		},
		{
			Name: "aria_automation", Origin: "https://automation.example.com", Path: "/iaas/api/login",
			After: "aria_automation_login", Type: typeJSON, Body: jsonBody("refreshToken", "INNER"),
			Answer: `{"tokenType":"Bearer","token":"TOKEN"}`, Token: JWT, Lifetime: 8 * time.Hour,
		},
		{
			Name: "aria_operations", Origin: "https://operations.example.com", Path: "/suite-api/api/auth/token/acquire",
			Header: map[string]string{"Accept": "application/json"}, Type: typeJSON,
			Body:     jsonBody("username", Value("username"), "password", Value("password"), "authSource", "local"),
			Answer:   `{"token":"TOKEN","validity":MILLIS,"expiresAt":"Thursday, January 1, 2026 12:00:00 AM UTC","roles":[]}`,
			Lifetime: 6 * time.Hour, Use: operations,
			Revocation: &Row{Method: http.MethodPost, Path: "/suite-api/api/auth/token/release", Header: operations},
		},
		{
			Name: "cloud_director", Origin: "https://vcd.example.com", Path: "/cloudapi/1.0.0/sessions",
			Basic:    Value("username") + "@" + Value("org") + ":" + Value("password"),
			Header:   map[string]string{"Accept": "application/json;version=38.0"},
			Answered: map[string]string{"X-VMWARE-VCLOUD-ACCESS-TOKEN": "TOKEN", "X-VMWARE-VCLOUD-TOKEN-TYPE": "Bearer"},
			Answer:   `{"id":"urn:vcloud:session:EXTRA","sessionIdleTimeoutMinutes":30}`, Lifetime: 30 * time.Minute, Use: vcd,
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/cloudapi/1.0.0/sessions/urn:vcloud:session:EXTRA", Header: vcd,
			},
		},
		{
			Name: "sddc_manager", Origin: "https://sddc.example.com", Path: "/v1/tokens", Type: typeJSON, Body: user,
			Answer: `{"accessToken":"TOKEN","refreshToken":{"id":"fake-refresh"}}`, Token: JWT, Lifetime: time.Hour,
		},
		{
			Name: "vsphere", Origin: "https://vcenter.example.com", Path: "/api/session",
			Basic: basic("username", "password"), Status: http.StatusCreated, Answer: `"TOKEN"`,
			Use: map[string]string{"vmware-api-session-id": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/api/session", Header: map[string]string{"vmware-api-session-id": "TOKEN"},
			},
		},
	}
}

// managers are OpenNebula, which takes XML-RPC, and oVirt.
func managers() []Row {
	return []Row{
		{
			Name: "opennebula", Origin: "https://opennebula.example.com:2633", Path: "/RPC2", Type: "text/xml",
			Body: `<methodCall>
  <methodName>one.user.login</methodName>
  <params>
    <param><value><string><![CDATA[terraform:` + Value("password") + `]]></string></value></param>
    <param><value><string>terraform</string></value></param>
    <param><value><string></string></value></param>
    <param><value><i4>3600</i4></value></param>
    <param><value><i4>-1</i4></value></param>
  </params>
</methodCall>
`,
			Answered: map[string]string{"Content-Type": "text/xml; charset=utf-8"},
			Answer: `<?xml version="1.0" encoding="UTF-8"?>` + "\r\n<methodResponse><params><param><value><array><data>\r\n" +
				"<value><boolean>1</boolean></value>\r\n<value><string>TOKEN</string></value>\r\n<value><i4>0</i4></value>\r\n" +
				"</data></array></value></param></params></methodResponse>\r\n",
			Lifetime: time.Hour,
		},
		{
			Name: "ovirt", Origin: "https://engine.example.com", Path: "/ovirt-engine/sso/oauth/token", Type: typeForm,
			Body: formBody("grant_type", "password", "scope", "ovirt-app-api", "username", Value("username"), "password", Value("password")),
			// exp is of no standard. It is in milliseconds, here the greatest number of 64 bits.
			Answer: `{"access_token":"TOKEN","scope":"ovirt-app-api","exp":"9223372036854775807","token_type":"bearer"}`,
		},
	}
}

// hosts run machines: a hypervisor without a manager, and the board below it.
func hosts() []Row {
	return []Row{
		{
			Name: "proxmox", Origin: "https://proxmox.example.com:8006", Path: "/api2/json/access/ticket",
			Type: typeForm, Body: formBody("username", Value("username"), "password", Value("password")),
			Answer:   `{"data":{"username":"fake@pve","ticket":"TOKEN","CSRFPreventionToken":"EXTRA"}}`,
			Lifetime: 2 * time.Hour,
			Use:      map[string]string{"Cookie": "PVEAuthCookie=TOKEN", "CSRFPreventionToken": "EXTRA"},
		},
		{
			Name: "redfish", Origin: "https://bmc.example.com", Path: "/redfish/v1/SessionService/Sessions",
			Type: typeJSON, Body: jsonBody("UserName", Value("username"), "Password", Value("password")),
			Status:   http.StatusCreated,
			Answered: map[string]string{"X-Auth-Token": "TOKEN", "Location": "/redfish/v1/SessionService/Sessions/EXTRA"},
			Answer: `{"@odata.id":"/redfish/v1/SessionService/Sessions/EXTRA","@odata.type":"#Session.v1_4_0.Session",` +
				`"Id":"EXTRA","Name":"User Session"}`,
			Use: map[string]string{"X-Auth-Token": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/redfish/v1/SessionService/Sessions/EXTRA",
				Header: map[string]string{"X-Auth-Token": "TOKEN"},
			},
		},
	}
}

func backups() []Row {
	return []Row{
		{
			Name: "commvault", Origin: "https://commvault.example.com", Path: "/webconsole/api/Login",
			Type: typeJSON, Body: jsonBody("username", Value("username"), "password", Value("password")),
			Answer: `{"token":"TOKEN"}`, Lifetime: 30 * time.Minute, Use: map[string]string{"Authtoken": "TOKEN"},
		},
		{
			Name: "rubrik", Origin: "https://rubrik.example.com", Path: "/api/v1/service_account/session", Type: typeJSON,
			Body:   jsonBody("serviceAccountId", Value("client_id"), "secret", Value("client_secret")),
			Answer: `{"sessionId":"EXTRA","serviceAccountId":"fake-id","token":"TOKEN"}`, Lifetime: 24 * time.Hour,
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/api/v1/session/EXTRA", Header: map[string]string{"Authorization": "Bearer TOKEN"},
			},
		},
		{
			Name: "veeam_enterprise_manager", Origin: "https://veeam.example.com:9398", Path: "/api/sessionMngr/",
			Query: map[string]string{"v": "latest"}, Basic: basic("username", "password"),
			Header: map[string]string{"Accept": "application/json"}, Status: http.StatusCreated,
			Answered: map[string]string{"X-RestSvcSessionId": "TOKEN"}, Answer: `{"SessionId":"EXTRA","UserName":"admin"}`,
			Use: map[string]string{"X-RestSvcSessionId": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/api/logonSessions/EXTRA", Header: map[string]string{"X-RestSvcSessionId": "TOKEN"},
			},
		},
		{
			Name: "zerto", Origin: "https://zerto.example.com:9669", Path: "/v1/session/add", Basic: basic("username", "password"),
			Answered: map[string]string{"x-zerto-session": "TOKEN"},
			Lifetime: 30 * time.Minute, Use: map[string]string{"x-zerto-session": "TOKEN"},
			Revocation: &Row{Method: http.MethodDelete, Path: "/v1/session", Header: map[string]string{"x-zerto-session": "TOKEN"}},
		},
	}
}
