package sandbox

import (
	"net/http"
	"time"
)

// machines are firewalls, network controllers, hypervisors and server boards.
func machines() []Row { return append(controllers(), boxes()...) }

// controllers manage other machines, and have a session that can be ended.
func controllers() []Row {
	return []Row{
		{
			Name: "aci", Origin: "https://apic.example.com", Path: "/api/aaaLogin.json", Type: typeJSON,
			Body:    `{"aaaUser":{"attributes":{"name":"` + Value("username") + `","pwd":"` + Value("password") + `"}}}`,
			Cookies: []string{"APIC-cookie=TOKEN; path=/; HttpOnly; secure"},
			Answer: `{"totalCount":"1","imdata":[{"aaaLogin":{"attributes":{"token":"TOKEN","siteFingerprint":"fake",` +
				`"refreshTimeoutSeconds":"600","maximumLifetimeSeconds":"86400","userName":"fake"}}}]}`,
			Lifetime: 10 * time.Minute, Use: map[string]string{"Cookie": "APIC-cookie=TOKEN"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/api/aaaLogout.json", Header: map[string]string{"Cookie": "APIC-cookie=TOKEN"},
				Type: typeJSON, Body: `{"aaaUser":{"attributes":{"name":"` + Value("username") + `"}}}`,
			},
		},
		{
			Name: "checkpoint", Origin: "https://checkpoint.example.com", Path: "/web_api/login",
			Type: typeJSON, Body: jsonBody("user", Value("username"), "password", Value("password")),
			Answer: `{"uid":"EXTRA","sid":"TOKEN","url":"https://checkpoint.example.com:443/web_api",` +
				`"session-timeout":600,"api-server-version":"1.9"}`,
			Lifetime: 10 * time.Minute, Use: map[string]string{"X-chkp-sid": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/web_api/logout", Header: map[string]string{"X-chkp-sid": "TOKEN"},
				Type: typeJSON, Body: `{}`,
			},
		},
		{
			Name: "nsx", Origin: "https://nsx.example.com", Path: "/api/session/create",
			Type: typeForm, Body: formBody("j_username", Value("username"), "j_password", Value("password")),
			Answered: map[string]string{"X-Xsrf-Token": "TOKEN"},
			Cookies:  []string{"JSESSIONID=EXTRA; Path=/; Secure; HttpOnly; SameSite=Lax"},
			Use:      map[string]string{"X-XSRF-TOKEN": "TOKEN", "Cookie": "JSESSIONID=EXTRA"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/api/session/destroy",
				Header: map[string]string{"X-XSRF-TOKEN": "TOKEN", "Cookie": "JSESSIONID=EXTRA"},
			},
		},
	}
}

// boxes manage only themselves.
func boxes() []Row {
	return []Row{
		{
			Name: "panos", Origin: "https://firewall.example.com", Path: "/api/", Query: map[string]string{"type": "keygen"},
			Type: typeForm, Body: formBody("user", Value("username"), "password", Value("password")),
			Answered: map[string]string{"Content-Type": "application/xml; charset=UTF-8"}, Token: Base64,
			Answer: `<response status = 'success'><result><key>TOKEN</key></result></response>`,
			Use:    map[string]string{"X-PAN-KEY": "TOKEN"},
		},
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
