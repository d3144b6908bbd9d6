package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// storageAppliances returns the rows of storage arrays.
func storageAppliances() []Row {
	return slices.Concat(dellAndHPE(), ibmAndOracle(), otherArrays())
}

func dellAndHPE() []Row {
	powerstore := map[string]string{"Cookie": "auth_cookie=TOKEN", "DELL-EMC-TOKEN": "EXTRA"}
	unity := map[string]string{"Cookie": "mod_sec_emc=TOKEN", "EMC-CSRF-TOKEN": "EXTRA", "X-EMC-REST-CLIENT": "true"}
	powerscale := map[string]string{
		"Cookie": "isisessid=TOKEN", "X-CSRF-Token": "EXTRA", "Referer": "https://node1.powerscale.example.com:8080",
	}
	oneview := map[string]string{"auth": "TOKEN", "X-API-Version": "4600"}
	return []Row{
		{
			Name: "powerscale", Origin: "https://node1.powerscale.example.com:8080", Path: "/session/1/session", Type: typeJSON,
			Body:   `{"username":"` + Value("username") + `","password":"` + Value("password") + `","services":["platform"]}`,
			Status: http.StatusCreated,
			Cookies: []string{
				"isisessid=TOKEN; path=/; HttpOnly; Secure; SameSite=strict", "isicsrf=EXTRA; path=/; Secure",
			},
			Answer:   `{"services":["platform"],"timeout_absolute":14400,"timeout_inactive":900,"username":"fake"}`,
			Lifetime: 15 * time.Minute, Use: powerscale,
		},
		{
			Name: "powerstore", Origin: "https://powerstore.example.com", Method: http.MethodGet, Path: "/api/rest/login_session",
			Basic: basic("username", "password"), Answered: map[string]string{"DELL-EMC-TOKEN": "EXTRA"},
			Cookies: []string{"auth_cookie=TOKEN; Path=/; Secure; HttpOnly"}, Answer: `[{"id":"1"}]`, Use: powerstore,
			Revocation: &Row{Method: http.MethodPost, Path: "/api/rest/logout", Header: powerstore},
		},
		{
			Name: "unity", Origin: "https://unity.example.com", Method: http.MethodGet, Path: "/api/types/loginSessionInfo/instances",
			Basic: basic("username", "password"), Header: map[string]string{"X-EMC-REST-CLIENT": "true"},
			Answered: map[string]string{"EMC-CSRF-TOKEN": "EXTRA"}, Cookies: []string{"mod_sec_emc=TOKEN; path=/; secure; HttpOnly"},
			Answer: `{"entries":[]}`, Use: unity,
			Revocation: &Row{
				Method: http.MethodPost, Path: "/api/types/loginSessionInfo/action/logout", Header: unity,
				Type: typeJSON, Body: jsonBody("localCleanupOnly", "true"),
			},
		},
		{
			Name: "threepar", Origin: "https://3par.example.com:8080", Path: "/api/v1/credentials", Type: typeJSON,
			Body:   jsonBody("user", Value("username"), "password", Value("password")),
			Status: http.StatusCreated, Answer: `{"key":"TOKEN"}`, Use: map[string]string{"X-HP3PAR-WSAPI-SessionKey": "TOKEN"},
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/api/v1/credentials/TOKEN", Header: map[string]string{"X-HP3PAR-WSAPI-SessionKey": "TOKEN"},
			},
		},
		{
			Name: "oneview", Origin: "https://oneview.example.com", Path: "/rest/login-sessions", Type: typeJSON,
			Body:   jsonBody("userName", Value("username"), "password", Value("password"), "authLoginDomain", "Local"),
			Header: map[string]string{"X-API-Version": "4600"}, Answer: `{"partnerData":{},"sessionID":"TOKEN"}`,
			Lifetime: 24 * time.Hour, Use: oneview,
			Revocation: &Row{Method: http.MethodDelete, Path: "/rest/login-sessions", Header: oneview},
		},
	}
}

func ibmAndOracle() []Row {
	return []Row{
		{
			Name: "storage_virtualize", Origin: "https://flashsystem.example.com:7443", Path: "/rest/v1/auth",
			Header: map[string]string{"X-Auth-Username": Value("username"), "X-Auth-Password": Value("password")},
			Answer: `{"token":"TOKEN"}`, Lifetime: time.Hour, Use: map[string]string{"X-Auth-Token": "TOKEN"},
		},
		{
			Name: "ds8000", Origin: "https://ds8000.example.com:8452", Path: "/api/v1/tokens", Type: typeJSON,
			Body: `{"request":{"params":` + jsonBody("username", Value("username"), "password", Value("password")) + `}}`,
			Answer: `{"server":{"status":"ok","code":"200","message":"Operation done successfully."},` +
				`"token":{"token":"TOKEN","expired_time":"RFC3339","max_idle_interval":"1800000"}}`,
			Lifetime: 30 * time.Minute, Use: map[string]string{"X-Auth-Token": "TOKEN"},
		},
		{
			Name: "zfs", Origin: "https://zfs.example.com:215", Path: "/api/access/v2",
			Header: map[string]string{"X-Auth-User": Value("username"), "X-Auth-Key": Value("password")},
			Status: http.StatusCreated, Answered: map[string]string{"X-Auth-Session": "TOKEN"}, Answer: `{"access":{"services":[]}}`,
			Lifetime: 15 * time.Minute, Use: map[string]string{"X-Auth-Session": "TOKEN"},
			Revocation: &Row{Method: http.MethodDelete, Path: "/api/access/v2", Header: map[string]string{"X-Auth-Session": "TOKEN"}},
		},
		{
			Name: "hmc", Origin: "https://hmc.example.com:12443", Method: http.MethodPut, Path: "/rest/api/web/Logon",
			Type: "application/vnd.ibm.powervm.web+xml",
			Body: `<LogonRequest xmlns="http://www.ibm.com/xmlns/systems/power/firmware/web/mc/2012_10/" schemaVersion="V1_1_0">` +
				"\n  <UserID>terraform</UserID>\n  <Password><![CDATA[" + Value("password") + "]]></Password>\n</LogonRequest>\n",
			Answered: map[string]string{"Content-Type": "application/vnd.ibm.powervm.web+xml; type=LogonResponse"},
			Answer: `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
				`<LogonResponse xmlns="http://www.ibm.com/xmlns/systems/power/firmware/web/mc/2012_10/" schemaVersion="V1_0">` +
				`<Metadata><Atom/></Metadata><X-API-Session kxe="false" kb="ROR">` + "\nTOKEN\n" + `</X-API-Session></LogonResponse>`,
			Use:        map[string]string{"X-API-Session": "TOKEN"},
			Revocation: &Row{Method: http.MethodDelete, Path: "/rest/api/web/Logon", Header: map[string]string{"X-API-Session": "TOKEN"}},
		},
	}
}

func otherArrays() []Row {
	return []Row{
		{
			Name: "flasharray", Origin: "https://flasharray.example.com", Path: "/api/2.26/login",
			Header:   map[string]string{"api-token": Value("api_token")},
			Answered: map[string]string{"x-auth-token": "TOKEN"}, Answer: `{"items":[{"username":"pureuser"}]}`,
			Lifetime: 30 * time.Minute, Use: map[string]string{"x-auth-token": "TOKEN"},
			Revocation: &Row{Method: http.MethodPost, Path: "/api/2.26/logout", Header: map[string]string{"x-auth-token": "TOKEN"}},
		},
		{
			Name: "hitachi_vsp", Origin: "https://vsp.example.com", Path: "/ConfigurationManager/v1/objects/sessions",
			Basic: basic("username", "password"), Type: typeJSON, Body: `{"aliveTime":300}`,
			Answer: `{"token":"TOKEN","sessionId":3}`, Lifetime: 5 * time.Minute,
			Use: map[string]string{"Authorization": "Session TOKEN"},
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/ConfigurationManager/v1/objects/sessions/3",
				Header: map[string]string{"Authorization": "Session TOKEN"},
			},
		},
		{
			Name: "storagegrid", Origin: "https://storagegrid.example.com", Path: "/api/v4/authorize", Type: typeJSON,
			Body:     `{"username":"` + Value("username") + `","password":"` + Value("password") + `","cookie":false,"csrfToken":false}`,
			Answer:   `{"responseTime":"2026-01-01T00:00:00.000Z","status":"success","apiVersion":"4.0","data":"TOKEN"}`,
			Lifetime: 16 * time.Hour,
			Revocation: &Row{
				Method: http.MethodDelete, Path: "/api/v4/authorize", Header: map[string]string{"Authorization": "Bearer TOKEN"},
			},
		},
		{
			Name: "synology", Origin: "https://nas.example.com:5001", Path: "/webapi/entry.cgi", Type: typeForm,
			Body: formBody("api", "SYNO.API.Auth", "version", "7", "method", "login", "account", Value("username"),
				"passwd", Value("password"), "format", "sid", "enable_syno_token", "yes", "otp_code", "TOTP"),
			TOTP:   &TOTP{Secret: Value("totp_secret")},
			Answer: `{"success":true,"data":{"sid":"TOKEN","synotoken":"EXTRA","account":"admin"}}`,
			Use:    map[string]string{"Cookie": "id=TOKEN", "X-SYNO-TOKEN": "EXTRA"},
			Revocation: &Row{
				Method: http.MethodPost, Path: "/webapi/entry.cgi", Type: typeForm,
				Body: formBody("api", "SYNO.API.Auth", "version", "7", "method", "logout", "_sid", "TOKEN"),
			},
		},
	}
}
