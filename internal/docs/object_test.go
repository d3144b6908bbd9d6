package docs

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

// StatusError is an API that answered otherwise than with success.
type StatusError struct {
	URL, Body string
	Status    int
}

func (e *StatusError) Error() string { return fmt.Sprintf("%s: HTTP %d: %s", e.URL, e.Status, e.Body) }

// ask sends a request and returns the body of the answer.
func (c connection) ask(ctx context.Context, method, body string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.address, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	for name, value := range c.headers {
		req.Header.Set(name, value)
	}
	req.Header.Set("User-Agent", c.from)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }() // it has been read
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= http.StatusMultipleChoices {
		err = &StatusError{c.address, string(answer), resp.StatusCode}
	}
	return string(answer), err
}

// object is a resource of a stand-in. To create one is to send a request.
type object struct {
	name   string // with the provider's
	schema schema.Schema
	via    connection
}

func (o *object) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = o.name
}

func (o *object) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = o.schema
	resp.Schema.Attributes["id"] = schema.StringAttribute{Computed: true}
}

func (o *object) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	if via, ok := req.ProviderData.(connection); ok {
		o.via = via
	}
}

func (o *object) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	if o.via.address != "" {
		if _, err := o.via.ask(ctx, http.MethodPost, "{}"); err != nil {
			resp.Diagnostics.AddError(o.name+" was not created", err.Error())
			return
		}
	}
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), "1")...)
}

func (o *object) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (o *object) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (o *object) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
