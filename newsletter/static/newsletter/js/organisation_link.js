/* Links to organisations of the register, in the rich text editor. */
(() => {
  const { ModalWorkflowSource, TooltipEntity, registerPlugin } = window.draftail;

  class OrganisationSource extends ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.chooser,
        urlParams: {},
        onload: new window.ChooserModalOnloadHandlerFactory().getOnLoadHandlers(),
        responses: { chosen: (data) => this.onChosen({ ...data, title: data.string || data.title }) },
      };
    }

    filterEntityData(data) {
      return { id: data.id, name: data.title };
    }
  }

  const OrganisationLink = (props) => {
    const { name } = props.contentState.getEntity(props.entityKey).getData();
    return window.React.createElement(TooltipEntity, { ...props, icon: "#icon-home", label: name || "–" });
  };

  registerPlugin(
    { type: "ORGANISATION", source: OrganisationSource, decorator: OrganisationLink },
    "entityTypes",
  );
})();
