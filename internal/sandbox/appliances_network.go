package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// networkAppliances returns the rows of switches, controllers, load balancers and firewalls.
func networkAppliances() []Row {
	return slices.Concat(ciscoAppliances(), firewalls(), loadBalancers(), switches(), moreFirewalls(), fabrics(), microsegmentation())
}

// ciscoAppliances take JSON (ACI), HTTP Basic (Catalyst Center and FMC) or two requests (SD-WAN Manager).
func ciscoAppliances() []Row {
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
			Name: "catalyst_center", Origin: "https://catalyst.example.com", Path: "/dna/system/api/v1/auth/token",
			Basic: basic("username", "password"), Answer: `{"Token":"TOKEN"}`, Token: JWT, Lifetime: time.Hour,
			Use: map[string]string{"X-Auth-Token": "TOKEN"},
		},
		{
			Name: "fmc", Origin: "https://fmc.example.com", Path: "/api/fmc_platform/v1/auth/generatetoken",
			Basic: basic("username", "password"), Status: http.StatusNoContent,
			Answered: map[string]string{
				"X-auth-access-token": "TOKEN", "X-auth-refresh-token": "fake-refresh", "DOMAIN_UUID": "EXTRA",
			},
			Lifetime: 30 * time.Minute, Use: map[string]string{"X-auth-access-token": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/api/fmc_platform/v1/auth/revokeaccess",
				Header: map[string]string{"X-auth-access-token": "TOKEN"},
			},
		},
		{
			Name: "sdwan_login", Origin: "https://sdwan.example.com:8443", Path: "/j_security_check",
			Type: typeForm, Body: formBody("j_username", Value("username"), "j_password", Value("password")),
			Cookies: []string{"JSESSIONID=TOKEN; Path=/; Secure; HttpOnly"},
			Use:     map[string]string{"Cookie": "JSESSIONID=TOKEN"},
		},
		{
			Name: "sdwan", Origin: "https://sdwan.example.com:8443", Method: http.MethodGet, Path: "/dataservice/client/token",
			After: "sdwan_login", Header: map[string]string{"Cookie": "JSESSIONID=INNER"},
			Answered: map[string]string{"Content-Type": "text/html;charset=UTF-8"}, Answer: "TOKEN",
			Use: map[string]string{"Cookie": "JSESSIONID=INNER", "X-XSRF-TOKEN": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodGet, Path: "/logout", Query: map[string]string{"nocache": "1"},
				Header: map[string]string{"Cookie": "JSESSIONID=INNER"},
			},
		},
	}
}

// firewalls are of Check Point and Palo Alto; with them is NSX, which has firewalls in the network.
func firewalls() []Row {
	return []Row{
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
		{
			Name: "panos", Origin: "https://firewall.example.com", Path: "/api/", Query: map[string]string{"type": "keygen"},
			Type: typeForm, Body: formBody("user", Value("username"), "password", Value("password")),
			Answered: map[string]string{"Content-Type": "application/xml; charset=UTF-8"}, Token: Base64,
			Answer: `<response status = 'success'><result><key>TOKEN</key></result></response>`,
			Use:    map[string]string{"X-PAN-KEY": "TOKEN"},
		},
	}
}

// loadBalancers are of A10, Avi, F5 and NetScaler.
func loadBalancers() []Row {
	user := jsonBody("username", Value("username"), "password", Value("password"))
	avi := map[string]string{
		"Cookie": "csrftoken=EXTRA; avi-sessionid=TOKEN", "X-CSRFToken": "EXTRA",
		"Referer": "https://avi.example.com", "X-Avi-Version": "22.1.3",
	}
	return []Row{
		{
			Name: "a10", Origin: "https://a10.example.com", Path: "/axapi/v3/auth",
			Type: typeJSON, Body: `{"credentials":` + user + `}`,
			Answer: `{"authresponse":{"signature":"TOKEN","description":"the signature should be set in Authorization header"}}`,
			Use:    map[string]string{"Authorization": "A10 TOKEN"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/axapi/v3/logoff", Header: map[string]string{"Authorization": "A10 TOKEN"},
			},
		},
		{
			Name: "avi", Origin: "https://avi.example.com", Path: "/login", Type: typeJSON, Body: user,
			Header: map[string]string{"X-Avi-Version": "22.1.3"},
			Cookies: []string{
				"csrftoken=EXTRA; Max-Age=86400; Path=/; Secure", "avi-sessionid=TOKEN; HttpOnly; Max-Age=86400; Path=/; Secure",
				"sessionid=TOKEN; HttpOnly; Max-Age=86400; Path=/; Secure",
			},
			Answer: `{"user_initialized":true}`, Use: avi,
			Revocation: &Row{Method: http.MethodPost, Path: "/logout", Header: avi},
		},
		{
			Name: "bigip", Origin: "https://bigip.example.com", Path: "/mgmt/shared/authn/login", Type: typeJSON,
			Body:     jsonBody("username", Value("username"), "password", Value("password"), "loginProviderName", "tmos"),
			Answer:   `{"username":"admin","token":{"token":"TOKEN","name":"TOKEN","timeout":SECONDS,"partition":"[All]"}}`,
			Lifetime: 20 * time.Minute, Use: map[string]string{"X-F5-Auth-Token": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/mgmt/shared/authz/tokens/TOKEN",
				Header: map[string]string{"X-F5-Auth-Token": "TOKEN"},
			},
		},
		{
			Name: "f5os", Origin: "https://f5os.example.com:8888", Method: http.MethodGet,
			Path: "/restconf/data/openconfig-system:system/aaa", Basic: basic("username", "password"),
			Answered: map[string]string{"X-Auth-Token": "TOKEN", "Content-Type": "application/yang-data+json"},
			Answer:   `{"openconfig-system:aaa":{}}`, Token: JWT, Lifetime: 15 * time.Minute,
			Use: map[string]string{"X-Auth-Token": "TOKEN"},
		},
		{
			Name: "netscaler", Origin: "https://netscaler.example.com", Path: "/nitro/v1/config/login",
			Type: "application/vnd.com.citrix.netscaler.login+json", Body: `{"login":` + user + `}`,
			Status:  http.StatusCreated,
			Cookies: []string{"sessionid=TOKEN; path=/nitro/v1; HttpOnly", "NITRO_AUTH_TOKEN=TOKEN; path=/nitro/v1; HttpOnly"},
			Answer:  `{"errorcode":0,"message":"Done","sessionid":"TOKEN"}`,
			Use:     map[string]string{"Cookie": "NITRO_AUTH_TOKEN=TOKEN"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/nitro/v1/config/logout", Header: map[string]string{"Cookie": "NITRO_AUTH_TOKEN=TOKEN"},
				Type: "application/vnd.com.citrix.netscaler.logout+json", Body: `{"logout":{}}`,
			},
		},
	}
}

// switches are of Arista, Aruba and Juniper; with them is Infoblox, which serves their addresses.
func switches() []Row {
	user := jsonBody("username", Value("username"), "password", Value("password"))
	return []Row{
		{
			Name: "apstra", Origin: "https://apstra.example.com", Path: "/api/user/login", Type: typeJSON, Body: user,
			Status: http.StatusCreated, Answer: `{"token":"TOKEN","id":"fake-id"}`, Use: map[string]string{"AuthToken": "TOKEN"},
		},
		{
			Name: "aos_cx", Origin: "https://switch.example.com", Path: "/rest/v10.13/login", Type: typeForm,
			Body:     formBody("username", Value("username"), "password", Value("password")),
			Header:   map[string]string{"x-use-csrf-token": "true"},
			Answered: map[string]string{"X-Csrf-Token": "EXTRA"}, Cookies: []string{"id=TOKEN; Path=/; HttpOnly; Secure; SameSite=Lax"},
			Use: map[string]string{"Cookie": "id=TOKEN", "X-Csrf-Token": "EXTRA"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/rest/v10.13/logout",
				Header: map[string]string{"Cookie": "id=TOKEN", "X-Csrf-Token": "EXTRA"},
			},
		},
		{
			Name: "cloudvision", Origin: "https://cvp.example.com", Path: "/cvpservice/login/authenticate.do", Type: typeJSON,
			Body: jsonBody("userId", Value("username"), "password", Value("password")), Cookies: []string{"access_token=TOKEN; Path=/; HttpOnly"},
			Answer: `{"sessionId":"TOKEN","username":"cvpadmin"}`, Use: map[string]string{"Cookie": "access_token=TOKEN"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/cvpservice/login/logout.do", Header: map[string]string{"Cookie": "access_token=TOKEN"},
			},
		},
		{
			Name: "infoblox", Origin: "https://infoblox.example.com", Method: http.MethodGet, Path: "/wapi/v2.12/grid",
			Basic:   basic("username", "password"),
			Cookies: []string{`ibapauth="TOKEN"; httponly; Path=/`},
			Answer:  `[{"_ref":"grid/fake:Infoblox"}]`, Lifetime: 10 * time.Minute,
			Use: map[string]string{"Cookie": `ibapauth="TOKEN"`},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/wapi/v2.12/logout", Header: map[string]string{"Cookie": `ibapauth="TOKEN"`},
			},
		},
	}
}
