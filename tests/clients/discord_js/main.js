// A small bot as anybody would write it with discord.js. Nothing in it knows of the playground but the address.

import {
  ActionRowBuilder,
  ApplicationCommandType,
  ButtonBuilder,
  ButtonStyle,
  ChannelSelectMenuBuilder,
  Client,
  ContextMenuCommandBuilder,
  Events,
  GatewayIntentBits,
  LabelBuilder,
  MentionableSelectMenuBuilder,
  MessageFlags,
  ModalBuilder,
  RoleSelectMenuBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextDisplayBuilder,
  TextInputBuilder,
  TextInputStyle,
  UserSelectMenuBuilder,
} from 'discord.js';

const FRUIT = ['apple', 'apricot', 'banana', 'cherry'];

const commands = [
  new SlashCommandBuilder()
    .setName('greet')
    .setDescription('Greets with a fruit')
    .addStringOption((option) =>
      option.setName('fruit').setDescription('Which').setAutocomplete(true).setRequired(true)),
  new SlashCommandBuilder().setName('menus').setDescription('Shows every kind of menu'),
  new SlashCommandBuilder().setName('layout').setDescription('Shows a message laid out by components'),
  new SlashCommandBuilder().setName('feedback').setDescription('Asks for words'),
  new SlashCommandBuilder().setName('slow').setDescription('Answers late, then follows up'),
  new SlashCommandBuilder()
    .setName('post')
    .setDescription('Posts messages')
    .addIntegerOption((option) => option.setName('count').setDescription('How many').setRequired(true)),
  new ContextMenuCommandBuilder().setName('Quote').setType(ApplicationCommandType.Message),
  new ContextMenuCommandBuilder().setName('Wave').setType(ApplicationCommandType.User),
];

const row = (component) => new ActionRowBuilder().addComponents(component);
const names = (things, name) => [...things.values()].map(name).sort().join(', ');

const answers = {
  async greet(interaction) {
    const again = new ButtonBuilder().setCustomId('again').setLabel('Again').setStyle(ButtonStyle.Primary);
    await interaction.reply({
      content: `${interaction.options.getString('fruit')} for ${interaction.user.username}`,
      components: [row(again)],
    });
  },

  async menus(interaction) {
    const options = ['red', 'green', 'blue'].map((value) => ({ label: value.toUpperCase(), value }));
    await interaction.reply({
      content: 'Choose',
      flags: MessageFlags.Ephemeral,
      components: [
        row(new StringSelectMenuBuilder().setCustomId('texts').setMaxValues(2).addOptions(options)),
        row(new UserSelectMenuBuilder().setCustomId('users')),
        row(new RoleSelectMenuBuilder().setCustomId('roles')),
        row(new MentionableSelectMenuBuilder().setCustomId('mentionables').setMaxValues(2)),
        row(new ChannelSelectMenuBuilder().setCustomId('channels')),
      ],
    });
  },

  async layout(interaction) {
    await interaction.reply({
      flags: MessageFlags.IsComponentsV2,
      components: [new TextDisplayBuilder().setContent('Laid out')],
    });
  },

  async feedback(interaction) {
    const words = new TextInputBuilder().setCustomId('words').setStyle(TextInputStyle.Short);
    const friend = new UserSelectMenuBuilder().setCustomId('friend');
    await interaction.showModal(
      new ModalBuilder()
        .setCustomId('form')
        .setTitle('Your words')
        .addLabelComponents(
          new LabelBuilder().setLabel('Words').setTextInputComponent(words),
          new LabelBuilder().setLabel('Friend').setUserSelectMenuComponent(friend),
        ),
    );
  },

  async slow(interaction) {
    await interaction.deferReply();
    await interaction.editReply('Done');
    const kept = await interaction.followUp({ content: 'More', flags: MessageFlags.Ephemeral });
    const gone = await interaction.followUp('Not this');
    await interaction.webhook.editMessage(kept, 'More, edited');
    await interaction.webhook.deleteMessage(gone);
  },

  async post(interaction) {
    await interaction.deferReply();
    const count = interaction.options.getInteger('count');
    await Promise.all(
      Array.from({ length: count }, (_, at) => interaction.channel.send(`Post ${at + 1}`)));
    await interaction.editReply(`${count} posted`);
  },

  async Quote(interaction) {
    await interaction.reply(`> ${interaction.targetMessage.content}`);
  },

  async Wave(interaction) {
    await interaction.reply(`Hello, ${interaction.targetUser.username}`);
  },
};

async function onMenu(interaction) {
  const chosen = {
    texts: () => interaction.values.join(', '),
    users: () => names(interaction.users, (user) => user.username),
    roles: () => names(interaction.roles, (role) => role.name),
    mentionables: () => [
      names(interaction.users, (user) => user.username),
      names(interaction.roles, (role) => role.name),
    ].join(' and '),
    channels: () => names(interaction.channels, (channel) => channel.name),
  };
  await interaction.update({ content: chosen[interaction.customId]() });
}

const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
  rest: { api: `${process.env.BASE_URL}/api` },
});

client.once(Events.ClientReady, () => client.application.commands.set(commands));

client.on(Events.InteractionCreate, async (interaction) => {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    const fitting = FRUIT.filter((fruit) => fruit.startsWith(typed));
    await interaction.respond(fitting.map((fruit) => ({ name: fruit, value: fruit })));
  } else if (interaction.isCommand()) {
    await answers[interaction.commandName](interaction);
  } else if (interaction.isButton()) {
    await interaction.update({ content: `${interaction.message.content}, again`, components: [] });
    await interaction.message.react('👍');
  } else if (interaction.isAnySelectMenu()) {
    await onMenu(interaction);
  } else if (interaction.isModalSubmit()) {
    const friend = interaction.fields.getSelectedUsers('friend').first().username;
    await interaction.reply({
      content: `${interaction.fields.getTextInputValue('words')}, says ${interaction.user.username} to ${friend}`,
      flags: MessageFlags.Ephemeral,
    });
  }
});

client.on(Events.Error, (error) => console.error(error));
await client.login(process.env.DISCORD_TOKEN);
