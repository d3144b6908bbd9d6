package acceptance

import (
	"fmt"
	"os"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

func testDownstream(l *sandboxLab) {
	l.Configure(l.head(""), ephemerals(services()...), l.consumers())
	l.Must("plan", "-out="+savedPlan)
	l.opened(1) // by the gateway
	l.Must("apply", savedPlan)
	l.opened(3) // and by the gateway and the provisioner
}

func (l *sandboxLab) opened(want int) {
	l.T.Helper()
	for _, name := range services() {
		if got := l.box.Opened(name); got != want {
			l.T.Errorf("the resource of %s was opened %d times, want %d", name, got, want)
		}
	}
}

// httpDataSources hand the data sources' headers to the real http provider,
// which fails where an answer is not 200.
func (l *sandboxLab) httpDataSources() string {
	var text string
	for _, name := range services() {
		text += fmt.Sprintf(`
data "http" %q {
  url             = %q
  request_headers = data.apitoken_%s.this.headers
}
`, name, l.url+sandbox.ResourcePath(name), name)
	}
	return text
}

// consumers hand the ephemeral resources' headers to a provider block, whose
// provider opens the resources through the gateway, and to provisioners.
func (l *sandboxLab) consumers() string {
	l.T.Helper()
	self := clitest.Must(os.Executable())(l.T)
	var text, sets string
	for _, name := range services() {
		sets += fmt.Sprintf(`
    %[1]s = {
      client_id      = ephemeral.apitoken_%[1]s.this.header_name
      client_secret  = ephemeral.apitoken_%[1]s.this.headers[ephemeral.apitoken_%[1]s.this.header_name]
      basic_encoding = "raw"
      token_url      = "%[2]s/gateway/%[1]s"
    }
`, name, l.url)
		text += fmt.Sprintf(`
ephemeral "apitoken_oauth2" %[1]q {
  provider    = apitoken.gateway
  credentials = %[1]q
}

resource "terraform_data" %[1]q {
  provisioner "local-exec" {
    interpreter = [%[2]q]
    command     = %[3]q
    environment = {
      RESOURCE_URL = %[4]q
      HEADER_NAME  = ephemeral.apitoken_%[1]s.this.header_name
      HEADER_VALUE = ephemeral.apitoken_%[1]s.this.header_value
      GATEWAY      = ephemeral.apitoken_oauth2.%[1]s.access_token
    }
  }
}
`, name, self, openCommand, l.url+sandbox.ResourcePath(name))
	}
	return text + providerBlock("gateway", "oauth2 = {\n"+sets+"\n}")
}
